import { createHash } from 'node:crypto';
import { Binary } from 'bson';
import { checkFields, databaseOf, docOf, docsOf, flagOf, namespaceOf } from '../arguments.ts';
import { type Doc, doc, encode, type Value } from '../bson-doc.ts';
import { fail, refuse } from '../errors.ts';
import { parseFilter } from '../filter.ts';
import { plain } from '../numbers.ts';
import { isEqual } from '../order.ts';
import type { Collection } from '../storage.ts';
import { type Context, cursorReply } from './context.ts';
import { indexSpec } from './index-spec.ts';

export function createIndexes(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'indexes commitQuorum', 'ignoreUnknownIndexOptions');
  const ns = namespaceOf(body);
  const specs = docsOf(body, 'indexes').map(indexSpec);
  if (specs.length === 0) fail(2, 'Must specify at least one index to create');
  const createdCollectionAutomatically = !storage.collections.has(ns);
  const collection = storage.collection(ns);
  const before = collection.indexes.map(({ spec }) => spec);
  const after = [...before];
  for (const spec of specs) if (!isPresent(after, spec)) after.push(spec);
  if (after.length > before.length) storage.setIndexes(collection, after);
  return doc({
    numIndexesBefore: before.length,
    numIndexesAfter: after.length,
    createdCollectionAutomatically,
    note: after.length === before.length ? 'all indexes already exist' : undefined,
  });
}

/** Whether that very index is there. Throws code 85 or 86 where another one has its name or is equivalent to it. */
function isPresent(known: Doc[], wanted: Doc): boolean {
  const isLike = (spec: Doc, ...fields: string[]) =>
    fields.every((field) => isEqual(spec.get(field), wanted.get(field)));
  if (isEqual(wanted.get('key'), doc({ _id: 1 }))) return true;
  const name = String(wanted.get('name'));
  // Two indexes on the same fields may stand side by side where only one is unique, or sparse.
  const equivalent = known.find((spec) => isLike(spec, 'key', 'unique', 'sparse'));
  const namesake = known.find((spec) => isLike(spec, 'name'));
  if (namesake && namesake !== equivalent)
    fail(86, `An existing index has the same name as the requested index: ${name}`);
  if (!equivalent) return false;
  if (!namesake) fail(85, `Index already exists with a different name: ${equivalent.get('name')}`);
  if (isLike(equivalent, 'expireAfterSeconds')) return true;
  return fail(85, `An equivalent index already exists with the same name but different options: ${name}`);
}

export function listIndexes(body: Doc, { storage, cursors }: Context): Doc {
  checkFields(body, 'cursor');
  const ns = namespaceOf(body);
  const collection = storage.collections.get(ns) ?? fail(26, `ns does not exist: ${ns}`);
  const results = collection.indexes.map(({ spec }) => encode(spec));
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, batchSizeOf(body)));
}

function batchSizeOf(body: Doc): number {
  const size = plain(docOf(body, 'cursor').get('batchSize'));
  return Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
}

export function dropIndexes(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'index');
  const ns = namespaceOf(body);
  const collection = storage.collections.get(ns) ?? fail(26, `ns not found ${ns}`);
  const specs = collection.indexes.map(({ spec }) => spec);
  const wanted = body.get('index') ?? null;
  const names = wanted === '*' ? specs.slice(1).map((spec) => spec.get('name')) : namesOf(collection, wanted);
  storage.setIndexes(
    collection,
    specs.filter((spec) => !names.includes(spec.get('name'))),
  );
  return doc({ nIndexesWas: specs.length });
}

function namesOf(collection: Collection, wanted: Value): Value[] {
  return (Array.isArray(wanted) ? wanted : [wanted]).map((which) => {
    const index = collection.indexes.find(
      ({ name, spec }) => name === which || isEqual(spec.get('key'), which),
    );
    if (!index)
      return fail(27, `index not found with name [${which instanceof Map ? '{...}' : String(which)}]`);
    return index.name === '_id_' ? fail(72, 'cannot drop _id index') : index.name;
  });
}

export function create(body: Doc, { storage }: Context): Doc {
  checkFields(
    body,
    '',
    'capped size max timeseries viewOn pipeline validator validationLevel validationAction collation clusteredIndex ' +
      'expireAfterSeconds storageEngine indexOptionDefaults changeStreamPreAndPostImages encryptedFields',
  );
  const ns = namespaceOf(body);
  if (storage.collections.has(ns)) fail(48, `Collection ${ns} already exists.`);
  storage.collection(ns);
  return doc({});
}

export function drop(body: Doc, { storage }: Context): Doc {
  checkFields(body, '');
  const ns = namespaceOf(body);
  const collection = storage.collections.get(ns);
  // Since 7.0 dropping what is not there is no error.
  if (!collection) return doc({});
  storage.drop(ns);
  return doc({ nIndexesWas: collection.indexes.length, ns });
}

export function dropDatabase(body: Doc, { storage }: Context): Doc {
  checkFields(body, '');
  const name = databaseOf(body);
  const dropped = [...storage.collections.keys()].filter((ns) => ns.startsWith(`${name}.`));
  for (const ns of dropped) storage.drop(ns);
  return doc({ dropped: dropped.length > 0 ? name : undefined });
}

export function listCollections(body: Doc, { storage, cursors }: Context): Doc {
  checkFields(body, 'filter nameOnly authorizedCollections cursor');
  const database = databaseOf(body);
  const filter = docOf(body, 'filter');
  if ([...filter.keys()].some((key) => key !== 'name' && key !== 'type'))
    refuse('listing collections by more than name');
  const isNameOnly = flagOf(body, 'nameOnly');
  const infos = [...storage.collections.values()]
    .filter(({ ns }) => ns.startsWith(`${database}.`))
    .map(({ ns, indexes }) => {
      const name = ns.slice(database.length + 1);
      const uuid = new Binary(createHash('sha256').update(ns).digest().subarray(0, 16), Binary.SUBTYPE_UUID);
      const more = { options: doc({}), info: doc({ readOnly: false, uuid }), idIndex: indexes[0]?.spec };
      return doc({ name, type: 'collection', ...(isNameOnly ? {} : more) });
    });
  const ns = `${database}.$cmd.listCollections`;
  const results = infos.filter(parseFilter(filter).test).map((info) => encode(info));
  return cursorReply(ns, 'firstBatch', cursors.open(ns, results, batchSizeOf(body)));
}

export function listDatabases(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'nameOnly authorizedDatabases', 'filter');
  if (databaseOf(body) !== 'admin') fail(13, 'listDatabases may only be run against the admin database.');
  const sizes = new Map<string, number>();
  for (const { ns, docs } of storage.collections.values()) {
    const name = ns.slice(0, ns.indexOf('.'));
    const size = [...docs.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    sizes.set(name, (sizes.get(name) ?? 0) + size);
  }
  const isNameOnly = flagOf(body, 'nameOnly');
  const databases = [...sizes].map(([name, size]) =>
    doc({ name, ...(isNameOnly ? {} : { sizeOnDisk: BigInt(size), empty: size === 0 }) }),
  );
  const total = BigInt([...sizes.values()].reduce((sum, size) => sum + size, 0));
  return doc({ databases, ...(isNameOnly ? {} : { totalSize: total, totalSizeMb: total >> 20n }) });
}
