import { checkFields, databaseOf, docOf, docsOf, namespaceOf, textOf } from '../arguments.ts';
import { type Doc, doc } from '../bson-doc.ts';
import { fail, refuse } from '../errors.ts';
import { isEqual } from '../order.ts';
import { type Context, cursorReply } from './context.ts';
import { indexSpec } from './index-spec.ts';

export function createIndexes(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'indexes');
  const ns = namespaceOf(body);
  const specs = docsOf(body, 'indexes').map(indexSpec);
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
  // Two indexes on the same fields may stand side by side where only one is unique, sparse, or partial.
  const equivalent = known.find((spec) => isLike(spec, 'key', 'unique', 'sparse', 'partialFilterExpression'));
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
  const specs = collection.indexes.map(({ spec }) => spec);
  return cursorReply(ns, 'firstBatch', cursors.open(ns, specs, Number.POSITIVE_INFINITY));
}

export function dropIndexes(body: Doc, { storage }: Context): Doc {
  checkFields(body, 'index');
  const ns = namespaceOf(body);
  const collection = storage.collections.get(ns) ?? fail(26, `ns not found ${ns}`);
  const specs = collection.indexes.map(({ spec }) => spec);
  const dropped = textOf(body, 'index');
  if (dropped === '*' || dropped === '_id_') refuse(`dropping the index ${dropped}`);
  const rest = specs.filter((spec) => spec.get('name') !== dropped);
  if (rest.length === specs.length) fail(27, `index not found with name [${dropped}]`);
  storage.setIndexes(collection, rest);
  return doc({ nIndexesWas: specs.length });
}

export function dropDatabase(body: Doc, { storage }: Context): Doc {
  checkFields(body, '');
  const name = databaseOf(body);
  const dropped = [...storage.collections.keys()].filter((ns) => ns.startsWith(`${name}.`));
  for (const ns of dropped) storage.drop(ns);
  return doc({ dropped: dropped.length > 0 ? name : undefined });
}

export function listCollections(body: Doc, { storage, cursors }: Context): Doc {
  checkFields(body, 'filter cursor');
  const database = databaseOf(body);
  if (docOf(body, 'filter').size > 0) refuse('a filter for collections');
  const infos = [...storage.collections.values()]
    .filter(({ ns }) => ns.startsWith(`${database}.`))
    .map(({ ns, indexes }) =>
      doc({
        name: ns.slice(database.length + 1),
        type: 'collection',
        options: doc({}),
        info: doc({ readOnly: false }),
        idIndex: indexes[0]?.spec,
      }),
    );
  const ns = `${database}.$cmd.listCollections`;
  return cursorReply(ns, 'firstBatch', cursors.open(ns, infos, Number.POSITIVE_INFINITY));
}
