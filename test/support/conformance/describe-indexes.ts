import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { queries, sorted, sorts } from './query-cases.ts';
import { errorOf, type Server } from './server.ts';

/** Indexes: what they refuse, and that they are used. */
export function describeIndexes(server: Server): void {
  const { collectionWith } = server;

  describe('indexes', () => {
    test('are created once, listed and dropped', async () => {
      const collection = await collectionWith();
      const indexes = [
        { key: { expires: 1 }, name: 'expires_ttl', expireAfterSeconds: 0 },
        { key: { userId: 1, lastSeenAt: -1 }, name: 'user_last_seen' },
        { key: { email: 1 }, name: 'email_unique', unique: true, sparse: true },
      ] as const;
      const names = indexes.map(({ name }) => name);
      expect(await collection.createIndexes([...indexes])).toEqual(names);
      expect(await collection.createIndexes([...indexes])).toEqual(names);
      const listed = await collection.listIndexes().toArray();
      expect(listed.map(({ v: _v, ...index }) => index)).toEqual([
        { key: { _id: 1 }, name: '_id_' },
        ...indexes,
      ]);
      await collection.dropIndex('user_last_seen');
      expect(await collection.indexExists('user_last_seen')).toBe(false);
      expect(await errorOf(collection.dropIndex('user_last_seen'))).toMatchObject({ code: 27 });
    });

    test('another one of that name or of those fields is an error', async () => {
      const collection = await collectionWith();
      await collection.createIndex({ a: 1 }, { name: 'one' });
      expect(await errorOf(collection.createIndex({ b: 1 }, { name: 'one' }))).toMatchObject({ code: 86 });
      expect(await errorOf(collection.createIndex({ a: 1 }, { name: 'two' }))).toMatchObject({ code: 85 });
      expect((await errorOf(collection.createIndex({ a: 1 }, { name: 'one', unique: true }))).code).toBeOneOf(
        [85, 86],
      );
      expect(
        (await errorOf(collection.createIndex({ a: 1 }, { name: 'one', expireAfterSeconds: 5 }))).code,
      ).toBe(85);
    });

    test('the indexes of a collection that is not there', async () => {
      const collection = await collectionWith();
      expect(await errorOf(collection.listIndexes().toArray())).toMatchObject({ code: 26 });
    });

    test('a unique one is not made over duplicates', async () => {
      const collection = await collectionWith({ _id: 1, k: 1 }, { _id: 2, k: 1 });
      expect(await errorOf(collection.createIndex({ k: 1 }, { unique: true }))).toMatchObject({
        code: 11000,
      });
      expect(await collection.indexExists('k_1')).toBe(false);
    });

    test('a unique one takes absent for null, a sparse one leaves it out', async () => {
      const full = await collectionWith({ _id: 1 });
      await full.createIndex({ k: 1 }, { unique: true });
      const error = await errorOf(full.insertOne({ _id: 2, k: null }));
      expect(error).toMatchObject({ code: 11000, keyValue: { k: null } });
      const sparse = await collectionWith({ _id: 1 }, { _id: 2 });
      await sparse.createIndex({ k: 1 }, { unique: true, sparse: true });
      await sparse.insertOne({ _id: 3 });
      expect(await sparse.countDocuments({ k: null })).toBe(3);
    });

    test('a unique one of two fields refuses only both', async () => {
      const collection = await collectionWith({ _id: 1, a: 1, b: 1 });
      await collection.createIndex({ a: 1, b: 1 }, { unique: true });
      await collection.insertMany([
        { _id: 2, a: 1, b: 2 },
        { _id: 3, a: 2, b: 1 },
      ]);
      const error = await errorOf(collection.insertOne({ _id: 4, a: 1, b: 2 }));
      expect(error).toMatchObject({ code: 11000, keyPattern: { a: 1, b: 1 }, keyValue: { a: 1, b: 2 } });
      expect(error.message).toContain('index: a_1_b_1 dup key: { a: 1, b: 2 }');
    });

    test('a unique one over a list of documents refuses what another document has, and not what its own has twice', async () => {
      const collection = await collectionWith({ _id: 1, on: { list: [{ k: 'a' }, { k: 'b' }] } });
      await collection.createIndex({ 'on.list.k': 1 }, { unique: true, sparse: true });
      const error = await errorOf(collection.insertOne({ _id: 2, on: { list: [{ k: 'c' }, { k: 'b' }] } }));
      expect(error).toMatchObject({
        code: 11000,
        keyPattern: { 'on.list.k': 1 },
        keyValue: { 'on.list.k': 'b' },
      });
      await collection.insertOne({ _id: 3, on: { list: [{ k: 'd' }, { k: 'd' }] } });
      const taking = collection.updateOne({ _id: 3 }, { $set: { on: { list: [{ k: 'a' }] } } });
      expect(await errorOf(taking)).toMatchObject({ code: 11000 });
      await collection.updateOne({ _id: 1 }, { $set: { 'on.list': [{ k: 'b' }] } });
      await collection.updateOne({ _id: 3 }, { $set: { 'on.list': [{ k: 'a' }, { k: 'd' }] } });
      await collection.deleteOne({ _id: 1 });
      await collection.insertOne({ _id: 4, on: { list: [{ k: 'b' }] } });
      const idsOf = async (filter: Document) =>
        (await collection.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
      expect(await idsOf({ 'on.list.k': 'b' })).toEqual([4]);
      expect(await idsOf({ 'on.list.k': { $in: ['a', 'd', 'b'] } })).toEqual([3, 4]);
    });

    test('a sparse one over a list leaves out what has no value there; another takes it for null', async () => {
      const bare = [
        { on: {} },
        { on: { list: [] } },
        { on: { list: [{ other: 1 }] } },
        { on: { list: [7] } },
      ];
      const documents = bare.map((each, at) => ({ _id: at, ...each }));
      const sparse = await collectionWith(...documents);
      await sparse.createIndex({ 'on.list.k': 1 }, { unique: true, sparse: true });
      expect(await sparse.countDocuments()).toBe(4);
      const full = await collectionWith(...documents.slice(0, 1));
      await full.createIndex({ 'on.list.k': 1 }, { unique: true });
      for (const each of documents.slice(1))
        expect(await errorOf(full.insertOne(each))).toMatchObject({
          code: 11000,
          keyValue: { 'on.list.k': null },
        });
    });

    test('one over a list answers as none does', async () => {
      const documents = [
        { _id: 1, list: [{ k: 1 }, { k: 9 }] },
        { _id: 2, list: [{ k: 5 }] },
        { _id: 3, list: [{ k: 9 }, { other: 1 }] },
        { _id: 4, list: [] },
        { _id: 5 },
      ];
      const plain = await collectionWith(...documents);
      const indexed = await collectionWith(...documents);
      await indexed.createIndex({ 'list.k': 1 });
      const filters: Document[] = [
        ...[{ $gt: 4, $lt: 6 }, { $gt: 4 }, { $lt: 6 }, { $in: [1, 9] }, { $exists: true }].map((k) => ({
          'list.k': k,
        })),
        ...[1, 9, null].map((k) => ({ 'list.k': k })),
      ];
      for (const filter of filters) {
        const ids = (from: typeof plain) =>
          from
            .find(filter)
            .map(({ _id }) => _id)
            .sort({ _id: 1 })
            .toArray();
        expect(await ids(indexed), JSON.stringify(filter)).toEqual(await ids(plain));
      }
    });

    test('queries answer the same with and without them', async () => {
      const plain = await collectionWith(...sorted);
      const indexed = await collectionWith(...sorted);
      for (const field of ['n', 's', 'at', 'sub.x', 'flag']) await indexed.createIndex({ [field]: 1 });
      for (const [name, filter] of queries) {
        const ids = (from: typeof plain) =>
          from
            .find(filter)
            .sort({ _id: 1 })
            .map(({ _id }) => _id)
            .toArray();
        expect(await ids(indexed), name).toEqual(await ids(plain));
      }
      for (const [name, sort] of sorts) {
        const ids = (from: typeof plain) =>
          from
            .find()
            .sort(sort as never)
            .map(({ _id }) => _id)
            .toArray();
        expect(await ids(indexed), name).toEqual(await ids(plain));
      }
    });

    test('are used: only what is asked for is looked at', async () => {
      const collection = await collectionWith(
        ...Array.from({ length: 200 }, (_, at) => ({
          _id: at,
          userId: `u${at % 20}`,
          lastSeenAt: new Date(at),
        })),
      );
      await collection.createIndex({ userId: 1, lastSeenAt: -1 });
      const looked = async (filter: Document, sort: Document = {}, limit = 0) => {
        const { executionStats } = await collection
          .find(filter)
          .sort(sort as never)
          .limit(limit)
          .explain('executionStats');
        return [executionStats.nReturned, executionStats.totalDocsExamined];
      };
      expect(await looked({ _id: 5 })).toEqual([1, 1]);
      expect(await looked({ userId: 'u3' })).toEqual([10, 10]);
      expect(await looked({ userId: 'u3' }, { lastSeenAt: -1 }, 4)).toEqual([4, 4]);
      expect(await looked({ userId: 'u3', lastSeenAt: { $lt: new Date(50) } })).toEqual([3, 3]);
      expect(await looked({ userId: { $in: ['u1', 'u2'] } })).toEqual([20, 20]);
    });

    test('are used by writes and counts as well, and explaining one changes nothing', async () => {
      const collection = await collectionWith(
        ...Array.from({ length: 200 }, (_, at) => ({ _id: at, userId: `u${at % 20}` })),
      );
      await collection.createIndex({ userId: 1 });
      const { collectionName: name } = collection;
      const looked = async (command: Document) => {
        const explained = await server.database
          .db()
          .command({ explain: command, verbosity: 'executionStats' });
        const { executionStats } = explained.executionStats ? explained : explained.stages[0].$cursor;
        return executionStats.totalDocsExamined;
      };
      const q = { userId: 'u3' };
      const u = { $set: { seen: true } };
      expect(await looked({ update: name, updates: [{ q, u, multi: true }] })).toBe(10);
      expect(await looked({ update: name, updates: [{ q: { seen: 1 }, u, multi: true }] })).toBe(200);
      expect(await looked({ delete: name, deletes: [{ q, limit: 0 }] })).toBe(10);
      expect(await looked({ findAndModify: name, query: { _id: 7 }, update: u })).toBe(1);
      const pipeline = [{ $match: { seen: 1 } }, { $group: { _id: 1, n: { $sum: 1 } } }];
      expect(await looked({ aggregate: name, pipeline, cursor: {} })).toBe(200);
      expect(await collection.countDocuments({ seen: { $exists: false } })).toBe(200);
    });
  });
}
