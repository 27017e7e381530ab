import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { convertFields, UnkeepableError } from '../../lib/store/convert-fields.ts';
import type { FieldsForm } from '../../lib/store/copying.ts';
import * as mongo from '../../lib/store/mongo/session-fields.ts';
import * as sql from '../../lib/store/sql/session-fields.ts';

const bson: FieldsForm = {
  ...{ name: 'bson', fieldsOf: mongo.fieldsOf, dataOf: mongo.dataOf },
  readAgain: (fields) => mongo.fieldsIn(BSON.deserialize(BSON.serialize(mongo.toStoredFields(fields)))),
};
const json: FieldsForm = {
  ...{ name: 'json', fieldsOf: sql.fieldsOf, dataOf: sql.dataOf, readAgain: (fields) => fields },
};

/** What an application may put into a session in both forms. */
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, 1e300, 2 ** 40, ''),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('a\0b', '%41', '$where', '__proto__'),
    fc.integer(),
    fc.double(),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value'), { maxKeys: 3 }),
  ),
})).value;
const data = fc.dictionary(
  fc
    .string({ unit: 'grapheme' })
    .filter((key) => !/^(cookie|signedIn)$/.test(key) && !(key in Object.prototype)),
  value,
  { maxKeys: 4 },
);

describe('an application’s data in the form of another store', () => {
  test.each([
    ['from BSON to JSON and back', bson, json],
    ['from JSON to BSON and back', json, bson],
  ])('is the same %s', (_way, one, other) => {
    fc.assert(
      fc.property(data, (given) => {
        const stored = one.readAgain(one.fieldsOf(given));
        const there = other.readAgain(convertFields(stored, one, other));

        const back = convertFields(there, other, one);

        const bytesOf = (fields: typeof back) =>
          [...fields].map(([name, { bytes }]) => [name, bytes.toString('base64')]).sort();
        // Of zero no sign is kept.
        if (!hasNegativeZero(given)) expect(bytesOf(back)).toEqual(bytesOf(stored));
      }),
    );
  });

  test.each([
    ['half a character', 'bson', { half: '\ud800' }, 'half'],
    ['a Decimal128', 'json', { price: BSON.Decimal128.fromString('1.10') }, 'price'],
  ] as const)('is refused by its key where %s would be another in %s', (_what, name, given, key) => {
    const [from, to] = name === 'json' ? [bson, json] : [json, bson];
    const stored = from.readAgain(from.fieldsOf({ ...given, fine: 1 }));

    expect(() => convertFields(stored, from, to)).toThrow(
      new UnkeepableError(`the value of "${key}" cannot be kept`),
    );
  });

  test('of the same form it stays as it is', () => {
    const stored = bson.fieldsOf({ id: new BSON.ObjectId() });

    expect(convertFields(stored, bson, bson)).toBe(stored);
  });
});

function hasNegativeZero(given: unknown): boolean {
  if (Object.is(given, -0)) return true;
  return typeof given === 'object' && given !== null && Object.values(given).some(hasNegativeZero);
}
