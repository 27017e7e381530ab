import { type Document, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import type { Server } from './server.ts';

/** Upserts, and the commands that change and answer one document. */
export function describeUpserts({ collectionWith }: Server): void {
  describe('upserts', () => {
    const upserts: [name: string, filter: Document, update: Document, document: Document][] = [
      ['takes what the query fixes', { _id: 1, k: 'x' }, { $set: { a: 1 } }, { _id: 1, k: 'x', a: 1 }],
      [
        'takes $eq and $and',
        { _id: { $eq: 1 }, $and: [{ p: 2 }] },
        { $inc: { n: 1 } },
        { _id: 1, p: 2, n: 1 },
      ],
      ['takes no condition', { _id: 1, n: { $gt: 5 }, z: { $ne: 1 } }, { $set: { a: 1 } }, { _id: 1, a: 1 }],
      [
        '$setOnInsert with $inc',
        { _id: 1 },
        { $setOnInsert: { c: 1 }, $inc: { n: 2 } },
        { _id: 1, c: 1, n: 2 },
      ],
      ['$unset and $pull do nothing', { _id: 1 }, { $unset: { a: 1 }, $pull: { l: { x: 1 } } }, { _id: 1 }],
      ['$setOnInsert names the _id', { k: 1 }, { $setOnInsert: { _id: 1 } }, { _id: 1, k: 1 }],
      [
        'an $or of two fixes nothing',
        { _id: 1, $or: [{ e: null }, { e: { $gt: 1 } }] },
        { $set: { a: 1 } },
        { _id: 1, a: 1 },
      ],
    ];

    test.each(upserts)('%s', async (_name, filter, update, document) => {
      const collection = await collectionWith();
      const result = await collection.updateOne(filter, update, { upsert: true });
      expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 1 });
      const found = await collection.findOne();
      expect(found).toEqual(document);
      expect(Object.keys(found ?? {})).toEqual(Object.keys(document));
    });

    test('makes an _id where nothing names one, and says which', async () => {
      const collection = await collectionWith();
      const { upsertedId } = await collection.updateMany({ k: 1 }, { $set: { a: 1 } }, { upsert: true });
      expect(upsertedId).toBeInstanceOf(ObjectId);
      expect(await collection.findOne({ k: 1 })).toEqual({ _id: upsertedId, k: 1, a: 1 });
    });

    test('changes what is there instead', async () => {
      const collection = await collectionWith({ _id: 1, n: 1 });
      const result = await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true });
      expect(result).toMatchObject({ matchedCount: 1, modifiedCount: 1, upsertedCount: 0, upsertedId: null });
    });
  });

  describe('findOneAnd…', () => {
    test('update answers what was, or with returnDocument what is', async () => {
      const collection = await collectionWith({ _id: 1, n: 1, s: { a: 1 } });
      const inc = { $inc: { n: 1 }, $set: { 's.b': 2 } };
      expect(await collection.findOneAndUpdate({ _id: 1 }, inc)).toEqual({ _id: 1, n: 1, s: { a: 1 } });
      const options = { returnDocument: 'after' } as const;
      const after = { _id: 1, n: 3, s: { a: 1, b: 2 } };
      expect(await collection.findOneAndUpdate({ _id: 1 }, inc, options)).toEqual(after);
      expect(await collection.findOneAndUpdate({ _id: 2 }, inc)).toBeNull();
    });

    test('update upserts, and says so', async () => {
      const collection = await collectionWith();
      const upsert = { upsert: true, returnDocument: 'after', includeResultMetadata: true } as const;
      const update = { $setOnInsert: { key: 'k', expire: null }, $inc: { points: 1 } };
      const first = await collection.findOneAndUpdate(
        { key: 'k', $or: [{ expire: { $gt: new Date() } }, { expire: { $eq: null } }] },
        update,
        upsert,
      );
      expect(first.lastErrorObject).toMatchObject({
        n: 1,
        updatedExisting: false,
        upserted: first.value?._id,
      });
      expect(first.value).toMatchObject({ key: 'k', expire: null, points: 1 });
      const second = await collection.findOneAndUpdate({ key: 'k' }, { $inc: { points: 1 } }, upsert);
      expect(second.lastErrorObject).toMatchObject({ n: 1, updatedExisting: true });
      expect(second.value?.points).toBe(2);
      const before = await collection.findOneAndUpdate(
        { key: 'new' },
        { $inc: { points: 1 } },
        { upsert: true },
      );
      expect(before).toBeNull();
    });

    test('replace', async () => {
      const collection = await collectionWith({ _id: 1, a: 1 });
      const options = { returnDocument: 'after' } as const;
      expect(await collection.findOneAndReplace({ _id: 1 }, { b: 1 }, options)).toEqual({ _id: 1, b: 1 });
      expect(await collection.countDocuments()).toBe(1);
    });

    test('of many at once, one gets the document', async () => {
      const collection = await collectionWith({ _id: 1, token: 't' });
      const claim = () =>
        collection.findOneAndUpdate({ token: 't', taken: { $exists: false } }, { $set: { taken: true } });
      const taken = await Promise.all(Array.from({ length: 20 }, claim));
      expect(taken.filter((document) => document !== null)).toHaveLength(1);
    });
  });
}
