import { describe, expect, test } from 'vitest';
import { errorOf, type Server } from './server.ts';
import { arithmetic, badUpdates, updates } from './update-cases.ts';

/** Updates, and what is refused of them. */
export function describeUpdates({ collectionWith }: Server): void {
  describe('updates', () => {
    test.each(updates)('%s', async (_name, before, update, after) => {
      const collection = await collectionWith({ _id: 1, ...before });
      const isSame = JSON.stringify(before) === JSON.stringify(after);
      const result = await collection.updateOne({ _id: 1 }, update);
      expect(result).toMatchObject({ matchedCount: 1, modifiedCount: isSame ? 0 : 1, upsertedCount: 0 });
      const found = await collection.findOne({ _id: 1 });
      expect(found).toEqual({ _id: 1, ...after });
      expect(Object.keys(found ?? {})).toEqual(['_id', ...Object.keys(after)]);
    });

    test.each(badUpdates)('%s is an error, and changes nothing', async (_name, before, update, code) => {
      const collection = await collectionWith({ _id: 1, ...before });
      expect(await errorOf(collection.updateOne({ _id: 1 }, update))).toMatchObject({ code });
      expect(await collection.findOne({ _id: 1 }, { promoteLongs: false })).toEqual({ _id: 1, ...before });
    });

    test.each(arithmetic)('%s', async (_name, a, update, after) => {
      const collection = await collectionWith({ _id: 1, a });
      await collection.updateOne({ _id: 1 }, update);
      expect((await collection.findOne({ _id: 1 }, { promoteValues: false }))?.a).toEqual(after);
    });

    test('$currentDate is now, and counts as a change', async () => {
      const collection = await collectionWith({ _id: 1 });
      const start = Date.now();
      const result = await collection.updateOne({ _id: 1 }, { $currentDate: { at: true } });
      expect(result.modifiedCount).toBe(1);
      const found = await collection.findOne({ _id: 1 });
      expect(Math.abs(found?.at.getTime() - start)).toBeLessThan(60_000);
    });

    test('only what the condition finds is changed', async () => {
      const collection = await collectionWith({
        _id: 1,
        lastSeenAt: new Date(1000),
        session: { a: 1, b: 2 },
      });
      const touch = (before: number) =>
        collection.updateOne(
          { _id: 1, lastSeenAt: { $lt: new Date(before) } },
          { $set: { lastSeenAt: new Date(5000), 'session.c': 3 }, $unset: { 'session.a': '' } },
        );
      expect(await touch(1000)).toMatchObject({ matchedCount: 0, modifiedCount: 0 });
      expect(await touch(1001)).toMatchObject({ matchedCount: 1, modifiedCount: 1 });
      expect(await collection.findOne()).toEqual({
        _id: 1,
        lastSeenAt: new Date(5000),
        session: { b: 2, c: 3 },
      });
    });

    test('updateMany changes all, and counts those that differ after', async () => {
      const collection = await collectionWith({ _id: 1, a: 1 }, { _id: 2, a: 2 }, { _id: 3 });
      const result = await collection.updateMany({ a: { $exists: true } }, { $set: { a: 2 } });
      expect(result).toMatchObject({ matchedCount: 2, modifiedCount: 1 });
    });

    test('replaceOne keeps _id and nothing else', async () => {
      const collection = await collectionWith({ _id: 1, a: 1, b: 2 });
      expect(await collection.replaceOne({ a: 1 }, { c: 3 })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 1,
      });
      expect(await collection.replaceOne({ c: 3 }, { c: 3 })).toMatchObject({
        matchedCount: 1,
        modifiedCount: 0,
      });
      expect(await collection.findOne()).toEqual({ _id: 1, c: 3 });
      expect(await errorOf(collection.replaceOne({ _id: 1 }, { _id: 2 } as never))).toMatchObject({
        code: 66,
      });
    });

    test('a unique key that another has is refused in updates and upserts', async () => {
      const collection = await collectionWith({ _id: 1, k: 'a' }, { _id: 2, k: 'b' });
      await collection.createIndex({ k: 1 }, { unique: true });
      const duplicate = { code: 11000, keyPattern: { k: 1 }, keyValue: { k: 'a' } };
      expect(await errorOf(collection.updateOne({ _id: 2 }, { $set: { k: 'a' } }))).toMatchObject(duplicate);
      expect(await errorOf(collection.replaceOne({ _id: 2 }, { k: 'a' }))).toMatchObject(duplicate);
      const upsert = collection.updateOne({ _id: 3 }, { $set: { k: 'a' } }, { upsert: true });
      expect(await errorOf(upsert)).toMatchObject(duplicate);
      const modify = collection.findOneAndUpdate({ _id: 2 }, { $set: { k: 'a' } });
      expect(await errorOf(modify)).toMatchObject(duplicate);
      expect(await collection.updateOne({ _id: 1 }, { $set: { k: 'a', z: 1 } })).toMatchObject({
        modifiedCount: 1,
      });
    });

    test('increments at once add up', async () => {
      const collection = await collectionWith({ _id: 1, n: 0 });
      await Promise.all(
        Array.from({ length: 30 }, () => collection.updateOne({ _id: 1 }, { $inc: { n: 1 } })),
      );
      expect(await collection.findOne()).toEqual({ _id: 1, n: 30 });
    });

    test('a mixture of writes is done in order and counted', async () => {
      const collection = await collectionWith({ _id: 1, a: 1 });
      const result = await collection.bulkWrite([
        { insertOne: { document: { _id: 2, a: 2 } } },
        { updateOne: { filter: { _id: 2 }, update: { $inc: { a: 5 } } } },
        { updateMany: { filter: {}, update: { $set: { b: 1 } } } },
        { replaceOne: { filter: { _id: 3 }, replacement: { a: 3 }, upsert: true } },
        { deleteOne: { filter: { _id: 1 } } },
        { deleteMany: { filter: { a: 99 } } },
      ]);
      expect(result).toMatchObject({
        insertedCount: 1,
        matchedCount: 3,
        modifiedCount: 3,
        upsertedCount: 1,
        deletedCount: 1,
      });
      expect(result.upsertedIds).toEqual({ 3: 3 });
      expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
        { _id: 2, a: 7, b: 1 },
        { _id: 3, a: 3 },
      ]);
    });
  });
}
