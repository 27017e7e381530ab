import { isDeepStrictEqual, types } from 'node:util';
import type { FieldsForm } from './copying.ts';
import type { Fields } from './records.ts';

/** A session's value that the other store would keep as another one, or not at all. */
export class UnkeepableError extends Error {
  override readonly name = 'UnkeepableError';
}

/**
 * An application's data in the form of another store.
 *
 * @throws {UnkeepableError} where a value would not come back as it is; its message has the key and no value.
 */
export function convertFields(fields: Fields, from: FieldsForm, to: FieldsForm): Fields {
  if (from.name === to.name) return fields;
  const data = plain(from.dataOf(fields)) as Record<string, unknown>;
  const converted = inForm(data, to);
  const kept = plain(to.dataOf(to.readAgain(converted))) as Record<string, unknown>;
  for (const [key, value] of Object.entries(data))
    if (!Object.hasOwn(kept, key) || !isDeepStrictEqual(kept[key], value)) throw unkeepable(key);
  return converted;
}

function inForm(data: Record<string, unknown>, to: FieldsForm): Fields {
  try {
    return to.fieldsOf(data);
  } catch {
    // Which one it is shows where each is tried alone.
    for (const [key, value] of Object.entries(data)) {
      try {
        to.fieldsOf({ [key]: value });
      } catch {
        throw unkeepable(key);
      }
    }
    throw new UnkeepableError('what it holds cannot be kept');
  }
}

const unkeepable = (key: string) => new UnkeepableError(`the value of "${key}" cannot be kept`);

/** BSON's class of bytes that are nothing else, such as a UUID. */
interface Bytes {
  readonly _bsontype: 'Binary';
  readonly sub_type: number;
  readonly buffer: Uint8Array;
  readonly position: number;
}

const isBytes = (value: object): value is Bytes => {
  const { _bsontype, sub_type } = value as Partial<Bytes>;
  return _bsontype === 'Binary' && sub_type === 0 && Object.getPrototypeOf(value) !== Object.prototype;
};

/** The same where stores differ in what they give for what was put in: bytes as a Buffer, and no negative zero. */
function plain(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null || types.isDate(value) || types.isRegExp(value))
    return value;
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (isBytes(value)) return Buffer.from(value.buffer.subarray(0, value.position));
  if (Array.isArray(value)) return value.map(plain);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}
