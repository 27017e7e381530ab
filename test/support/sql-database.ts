import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { Query } from 'mingo';
import { updateOne as updateDocument } from 'mingo/updater';
import type { Collection, Db, Document } from 'mongodb';
import type { StoreKind } from '../../lib/base/config.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { recordNames } from '../../lib/store/record-names.ts';
import { createKnex } from '../../lib/store/sql/client.ts';
import { sweptBy } from '../../lib/store/sql/sweep.ts';
import { type Shape, shapes, type TestDocument } from './sql-documents.ts';

/**
 * A database of SQL in the words in which tests ask MongoDB: each table is a collection of documents, which are few
 * enough to be read all. What it is asked beyond that throws.
 */
export function sqlAsDocuments(kind: StoreKind, url: string): { db: Db; close(): Promise<void> } {
  const knex = createKnex(url, dialectOf(kind), 2);
  const db = {
    collection: (name: string) => collectionOf(knex, shapeOf(name), kind),
    listCollections: () => ({ toArray: async () => Object.keys(shapes).map((name) => ({ name })) }),
  };
  return { db: db as unknown as Db, close: () => knex.destroy() };
}

/** Another name than those that all databases have is that of a table of sessions. */
function shapeOf(name: string): Shape {
  return shapes[name] ?? { ...(shapes.sessions as Shape), table: name };
}

type Filter = Record<string, unknown>;
type Update = Record<string, Record<string, unknown>>;

function collectionOf(knex: Knex, shape: Shape, kind: StoreKind): Collection<Document> {
  const rows = () => knex(shape.table);
  const keyOf = (document: TestDocument) => shape.toRow(document)[shape.key];
  const all = async () => (await rows().select()).map(shape.toDocument);
  const matching = async (filter: Filter = {}) => {
    const query = new Query(filter);
    return (await all()).filter((document) => query.test(document));
  };
  const save = (document: TestDocument) => rows().insert(shape.toRow(document)).onConflict(shape.key).merge();

  async function update(found: TestDocument[], change: Update) {
    for (const document of found) {
      const key = keyOf(document);
      updateDocument([document] as never, {}, change as never);
      await rows()
        .where({ [shape.key]: key })
        .update(shape.toRow(document));
    }
    return { matchedCount: found.length, modifiedCount: found.length };
  }

  async function remove(found: TestDocument[]) {
    for (const document of found)
      await rows()
        .where({ [shape.key]: keyOf(document) })
        .delete();
    return { deletedCount: found.length };
  }

  const collection = {
    /** What the sweep removes by a field, in the words of MongoDB. */
    indexes: async () => endsOf(shape),
    listIndexes: () => ({ toArray: async () => endsOf(shape) }),
    /** A unique one over a key of the session's data, by which a test has the database refuse a write. */
    createIndex: async (keys: Record<string, 1>, { name }: { name: string }) => {
      const [field = ''] = Object.keys(keys);
      await knex.raw(uniqueIndex(kind, shape.table, name, field));
    },
    dropIndex: async (name: string) => {
      await knex.raw(
        kind === 'mysql' ? `alter table ${shape.table} drop column ${name}` : `drop index ${name}`,
      );
    },
    find: (filter?: Filter, options: { projection?: Record<string, 0 | 1> } = {}) =>
      cursor(matching(filter), options),
    findOne: async (filter?: Filter) => (await matching(filter))[0] ?? null,
    countDocuments: async (filter?: Filter) => (await matching(filter)).length,
    deleteOne: async (filter?: Filter) => remove((await matching(filter)).slice(0, 1)),
    deleteMany: async (filter?: Filter) => remove(await matching(filter)),
    updateOne: async (filter: Filter, change: Update) => update((await matching(filter)).slice(0, 1), change),
    updateMany: async (filter: Filter, change: Update) => update(await matching(filter), change),
    findOneAndUpdate: async (filter: Filter, change: Update) => {
      const found = (await matching(filter)).slice(0, 1);
      await update(found, change);
      return found[0] ?? null;
    },
    replaceOne: async (_filter: Filter, document: TestDocument) => save(document),
    insertOne: (document: TestDocument) => save(withId(document)),
    insertMany: async (documents: TestDocument[]) => {
      const made = documents.map((document) => shape.toRow(withId(document)));
      await knex.batchInsert(shape.table, made as never, 50);
    },
  };
  return collection as unknown as Collection<Document>;
}

/** Over a field such as `session.visits`; as with MongoDB, what is not there is a value too. */
function uniqueIndex(kind: StoreKind, table: string, name: string, field: string): string {
  const [, key] = /^session\.([a-z]+)$/.exec(field) ?? [];
  if (!key) throw new Error(`no index over ${field}`);
  const value = kind === 'postgres' ? `data ->> '${key}'` : `json_extract(data, '$.${key}')`;
  const expression = `coalesce(${value}, '')`;
  // MariaDB has an index over a column alone.
  if (kind === 'mysql')
    return `alter table ${table} add column ${name} varchar(255) as (${expression}) virtual, add unique (${name})`;
  return `create unique index ${name} on ${table} (${expression})`;
}

function endsOf(shape: Shape) {
  const end = sweptBy.find(({ kind }) => recordNames[kind] === shape.table);
  const now = new Date();
  const row = { [end?.column ?? '']: now.getTime() };
  const field = Object.entries(shape.toDocument({ methods: null, data: '{}', ...row })).find(
    ([, value]) => value instanceof Date && value.getTime() === now.getTime(),
  );
  return field ? [{ key: { [field[0]]: 1 }, expireAfterSeconds: 0 }] : [];
}

const withId = (document: TestDocument): TestDocument => ({
  _id: randomBytes(12).toString('hex'),
  ...document,
});

/** What tests ask of a cursor. */
function cursor(found: Promise<TestDocument[]>, { projection }: { projection?: Record<string, 0 | 1> }) {
  const shown = async (documents: Promise<TestDocument[]>) => {
    const names = Object.keys(projection ?? {}).filter((name) => projection?.[name] === 1);
    if (names.length === 0) return documents;
    return (await documents).map((document) =>
      Object.fromEntries(Object.entries(document).filter(([name]) => name === '_id' || names.includes(name))),
    );
  };
  return {
    sort: (order: Record<string, 1 | -1>) =>
      cursor(
        found.then((documents) => documents.toSorted(byFields(order))),
        projection ? { projection } : {},
      ),
    limit: (most: number) =>
      cursor(
        found.then((documents) => documents.slice(0, most)),
        projection ? { projection } : {},
      ),
    toArray: () => shown(found),
    map: (change: (document: TestDocument) => unknown) => ({
      toArray: async () => (await shown(found)).map(change),
    }),
  };
}

function byFields(order: Record<string, 1 | -1>) {
  return (a: TestDocument, b: TestDocument): number => {
    for (const [field, direction] of Object.entries(order)) {
      const [one, other] = [Number(a[field] ?? 0), Number(b[field] ?? 0)];
      const [left, right] = Number.isNaN(one) ? [String(a[field]), String(b[field])] : [one, other];
      if (left !== right) return (left < right ? -1 : 1) * direction;
    }
    return 0;
  };
}
