import type { Document } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { documents, projected, projections, queries, sorted, sorts } from './query-cases.ts';
import { errorOf, type Server } from './server.ts';

/** What find, count and aggregate answer. */
export function describeQueries({ database, collectionWith }: Server): void {
  describe('queries', async () => {
    const collection = await collectionWith(...documents);

    test.each(queries)('find %s', async (_name, filter, ids) => {
      const found = await collection.find(filter).sort({ _id: 1 }).project({ _id: 1 }).toArray();
      expect(found.map(({ _id }) => _id)).toEqual(ids);
    });

    test.each(queries)('count and delete %s', async (_name, filter, ids) => {
      const copy = await collectionWith(...documents);
      expect(await copy.countDocuments(filter)).toBe(ids.length);
      expect(await copy.deleteMany(filter)).toMatchObject({ deletedCount: ids.length });
      expect(await copy.countDocuments()).toBe(documents.length - ids.length);
    });

    test.each(sorts)('sort by %s', async (_name, sort, ids) => {
      const found = await (await collectionWith(...sorted))
        .find()
        .sort(sort as never)
        .toArray();
      expect(found.map(({ _id }) => _id)).toEqual(ids);
    });

    test('skip, limit and sort together', async () => {
      const found = await collection
        .find({ _id: { $gt: 2 } })
        .sort({ _id: -1 })
        .skip(1)
        .limit(3)
        .toArray();
      expect(found.map(({ _id }) => _id)).toEqual([7, 6, 5]);
    });

    test('comes in batches, as many as asked for', async () => {
      const many = await collectionWith(...Array.from({ length: 250 }, (_, at) => ({ _id: at })));
      const cursor = many.find().sort({ _id: 1 }).batchSize(40);
      const ids: unknown[] = [];
      for await (const { _id } of cursor) ids.push(_id);
      expect(ids).toEqual(Array.from({ length: 250 }, (_, at) => at));
      expect(await many.find().toArray()).toHaveLength(250);
      expect(await many.find().limit(120).toArray()).toHaveLength(120);
    });

    test('a cursor that is closed can not be read on', async () => {
      const many = await collectionWith(...Array.from({ length: 10 }, (_, at) => ({ _id: at })));
      const command = (body: Document) => database.db().command(body, { promoteLongs: false });
      const { cursor } = await command({ find: many.collectionName, batchSize: 2 });
      expect(cursor.firstBatch).toHaveLength(2);
      const killed = await command({ killCursors: many.collectionName, cursors: [cursor.id] });
      expect(killed.cursorsKilled).toEqual([cursor.id]);
      const next = command({ getMore: cursor.id, collection: many.collectionName });
      expect(await errorOf(next)).toMatchObject({ code: 43 });
    });

    test('counts, by an estimate too', async () => {
      expect(await collection.estimatedDocumentCount()).toBe(documents.length);
      expect(await collection.countDocuments({ _id: { $gt: 2 } }, { limit: 3 })).toBe(3);
      expect(await collection.countDocuments({ nothing: true })).toBe(0);
    });

    test('aggregates: match, limit, and how many there are', async () => {
      const some = [{ $match: { _id: { $lte: 2 } } }, { $match: { flag: true } }];
      expect(await collection.aggregate(some).toArray()).toMatchObject([{ _id: 1, s: 'apple' }]);
      expect(await collection.aggregate([{ $limit: 3 }]).toArray()).toHaveLength(3);
      const count = { $group: { _id: 1, n: { $sum: 1 } } };
      expect(await collection.aggregate([count]).toArray()).toEqual([{ _id: 1, n: 8 }]);
      expect(await collection.aggregate([{ $match: { _id: 0 } }, count]).toArray()).toEqual([]);
    });
  });

  describe('a join by _id', async () => {
    const others = await collectionWith({ _id: 1, name: 'Ada' }, { _id: 2, name: 'Grace' });
    const things = await collectionWith(
      { _id: 10, of: 2, kept: true },
      { _id: 11, of: 3 },
      { _id: 12 },
      { _id: 13, of: null, other: 'replaced' },
    );
    const join = (from: string) => ({
      $lookup: { from, localField: 'of', foreignField: '_id', as: 'other' },
    });

    test('adds what is there, and an empty list where nothing is', async () => {
      const joined = await things.aggregate([join(others.collectionName)]).toArray();
      expect(joined.sort((a, b) => a._id - b._id)).toEqual([
        { _id: 10, of: 2, kept: true, other: [{ _id: 2, name: 'Grace' }] },
        { _id: 11, of: 3, other: [] },
        { _id: 12, other: [] },
        { _id: 13, of: null, other: [] },
      ]);
    });

    test('of a collection that is not there finds nothing', async () => {
      const joined = await things.aggregate([{ $match: { _id: 10 } }, join('not_there')]).toArray();
      expect(joined).toEqual([{ _id: 10, of: 2, kept: true, other: [] }]);
    });
  });

  describe('projections', async () => {
    const collection = await collectionWith(projected);

    test.each(projections)('%s', async (_name, projection, document) => {
      const found = await collection.findOne({}, { projection });
      expect(found).toEqual(document);
      expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
    });
  });
}
