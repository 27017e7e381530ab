import { Double, Int32, Long } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { errorOf, type Loose, type Server } from './server.ts';

/** Inserts, and what is refused of them. */
export function describeInserts({ database, collectionWith }: Server): void {
  describe('inserts', () => {
    test('a duplicate names its collection, index, pattern and value', async () => {
      const collection = await collectionWith({ _id: 1 });
      const error = await errorOf(collection.insertOne({ _id: 1 }));
      expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
      expect(error.message).toContain(
        `E11000 duplicate key error collection: ${database.name}.${collection.collectionName} index: _id_ dup key: { _id: 1 }`,
      );
    });

    test('an equal number of another type is the same _id', async () => {
      const collection = await collectionWith({ _id: new Int32(1) });
      expect(await errorOf(collection.insertOne({ _id: new Double(1) } as never))).toMatchObject({
        code: 11000,
      });
      expect(await errorOf(collection.insertOne({ _id: Long.fromNumber(1) } as never))).toMatchObject({
        code: 11000,
      });
    });

    test('ordered ones end at the first error, unordered ones go on', async () => {
      const many = [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }, { _id: 3 }];
      const ordered = await collectionWith();
      expect(await errorOf(ordered.insertMany(many))).toMatchObject({ code: 11000, insertedCount: 1 });
      expect(await ordered.countDocuments()).toBe(1);
      const unordered = await collectionWith();
      const error = await errorOf(unordered.insertMany(many, { ordered: false }));
      expect(error).toMatchObject({ code: 11000, insertedCount: 3 });
      expect(error.writeErrors.map(({ index }: { index: number }) => index)).toEqual([1, 3]);
      expect(await unordered.countDocuments()).toBe(3);
    });

    test('an _id that is an array or holds operators is refused', async () => {
      const collection = await collectionWith();
      expect(await errorOf(collection.insertOne({ _id: [1] } as never))).toBeDefined();
      expect(await errorOf(collection.insertOne({ _id: { $a: 1 } } as never))).toBeDefined();
      expect(await collection.countDocuments()).toBe(0);
    });

    test('of many at once with the same key one wins', async () => {
      const collection = await collectionWith();
      await collection.createIndex({ email: 1 }, { unique: true });
      const tries = Array.from({ length: 20 }, (_, n) =>
        collection.insertOne({ _id: n, email: 'a@example.com' }),
      );
      const kept = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
      expect(kept).toHaveLength(1);
      expect(await collection.countDocuments()).toBe(1);
    });

    test('what is not acknowledged is done all the same', async () => {
      const { collectionName } = await collectionWith({ _id: 1 });
      // On one connection the server works in the order in which it was asked.
      const options = { maxPoolSize: 1, writeConcern: { w: 0 } };
      const collection = database.client(options).db(database.name).collection<Loose>(collectionName);
      expect(await collection.insertOne({ _id: 2 })).toMatchObject({ acknowledged: false });
      await collection.updateOne({ _id: 1 }, { $set: { a: 1 } });
      await collection.deleteOne({ _id: 2 });
      await expect.poll(() => collection.find().toArray()).toEqual([{ _id: 1, a: 1 }]);
    });

    test.each([{ w: 1 }, { w: 'majority' as const }])('write concern %o', async (concern) => {
      const collection = await collectionWith();
      expect(await collection.insertOne({ _id: 1 }, { writeConcern: concern })).toMatchObject({
        acknowledged: true,
      });
    });
  });
}
