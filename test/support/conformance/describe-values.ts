import { Binary, BSONRegExp, Double, Int32, Long, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { errorOf, type Server } from './server.ts';

/** What is stored comes back as it was. */
export function describeValues({ collectionWith }: Server): void {
  describe('values', () => {
    const values: [name: string, value: unknown][] = [
      ['an int', new Int32(5)],
      ['a long', Long.fromNumber(5)],
      ['a double without a fraction', new Double(5)],
      ['a double', new Double(-0.5)],
      ['a string with every kind of letter', 'aé\u0000€😀'],
      ['a date', new Date(-1)],
      ['an ObjectId', new ObjectId('65a000000000000000000001')],
      ['bytes', new Binary(Buffer.from([0, 255, 1]), 0)],
      ['a UUID', new Binary(Buffer.alloc(16, 7), 4)],
      ['a regular expression', new BSONRegExp('a.c', 'im')],
      ['null', null],
      ['a boolean', false],
      ['nested arrays', [[new Int32(1)], [], [{ a: null }]]],
      ['names with dots and dollars', { 'a.b': new Int32(1), $c: new Int32(2), __proto__x: new Int32(3) }],
    ];
    const exact = { promoteValues: false, bsonRegExp: true };

    test.each(values)('%s comes back as it was', async (_name, value) => {
      const collection = await collectionWith({ _id: 1, value, other: new Int32(1) });
      expect((await collection.findOne({ _id: 1 }, exact))?.value).toEqual(value);
      await collection.updateOne({ _id: 1 }, { $set: { other: new Int32(2) } });
      expect((await collection.findOne({ _id: 1 }, exact))?.value).toEqual(value);
    });

    test('fields keep their order, also number-like and new ones', async () => {
      const fields = new Map<string, unknown>([
        ['_id', 1],
        ['b', 1],
        ['10', 1],
        ['a', 1],
        ['9', 1],
      ]);
      const collection = await collectionWith(fields as never);
      await collection.updateOne({}, { $set: { z: 1, c: 1, '7': 1, b: 2 } });
      const raw = await collection.findOne<Buffer>({}, { raw: true });
      // In BSON a name ends with a NUL, after the byte that says that an int follows.
      const names = (raw?.toString('latin1') ?? '').split(String.fromCharCode(16)).slice(1);
      const ints = names.map((rest) => rest.split(String.fromCharCode(0))[0]);
      expect(ints).toEqual(['_id', 'b', '10', 'a', '9', '7', 'c', 'z']);
    });

    test('_id comes first, and is made where there is none', async () => {
      const collection = await collectionWith({ a: 1, _id: 5 });
      await collection.insertOne({ a: 2 } as never, { forceServerObjectId: true });
      const [given, made] = await collection.find().sort({ a: 1 }).toArray();
      expect(Object.keys(given ?? {})).toEqual(['_id', 'a']);
      expect(made?._id).toBeInstanceOf(ObjectId);
    });

    test('a document over 16 MiB is refused, whether put or grown', async () => {
      const collection = await collectionWith({ _id: 1, a: 'x'.repeat(9_000_000) });
      expect(
        await errorOf(collection.updateOne({ _id: 1 }, { $set: { b: 'y'.repeat(9_000_000) } })),
      ).toBeDefined();
      expect(await collection.countDocuments({ _id: 1, b: { $exists: false } })).toBe(1);
    });
  });
}
