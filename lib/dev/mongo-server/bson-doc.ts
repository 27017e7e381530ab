import * as bson from 'bson';
import { fail, refuse } from './errors.ts';
import type { Doc, Value } from './value.ts';

export type { Doc, Value } from './value.ts';

/** A value that may be absent, which MongoDB tells apart from null only here and there. */
export type Maybe = Value | undefined;

/** 16 MiB, the largest document that MongoDB keeps. */
export const maxDocumentBytes = 16 * 1024 * 1024;
const maxDepth = 180;

/** A document of the fields that are not undefined. */
export function doc(fields: Record<string, Maybe>): Doc {
  return new Map(Object.entries(fields).filter((entry): entry is [string, Value] => entry[1] !== undefined));
}

/** The name of a document's first field, or an empty one. */
export function firstName(value: Doc): string {
  return value.keys().next().value ?? '';
}

/** Reads BSON bytes without changing a type, an order or a name; refuses what it could not give back unchanged. */
export function decode(bytes: Buffer, start = 0, depth = 0): Doc {
  const result: Doc = new Map();
  for (const [type, nameAt, nameLength, at, length] of elements(bytes, start, depth)) {
    const name = text(bytes, nameAt, nameAt + nameLength);
    if (result.has(name)) refuse(`a document that has the field '${name}' twice`);
    result.set(name, value(bytes, type, at, length, depth));
  }
  return result;
}

/** Writes a document as BSON bytes. Throws where it is over 16 MiB. */
export function encode(document: Doc): Buffer {
  const bytes = bson.serialize(document) as Buffer;
  if (bytes.length <= maxDocumentBytes) return bytes;
  return fail(10334, `a document of ${bytes.length} bytes is larger than ${maxDocumentBytes}`);
}

/** The elements of one document or array: type, start and length of the name, start and length of the value. */
function elements(bytes: Buffer, start: number, depth: number) {
  if (depth > maxDepth) fail(15, `BSONObj exceeds maximum nested object depth: ${maxDepth}`);
  return bson.onDemand.parseToElements(bytes, start) as Iterable<[number, number, number, number, number]>;
}

/** Types that are not kept are refused by name at the door, so that nothing inside has to know them. */
function value(bytes: Buffer, type: number, at: number, length: number, depth: number): Value {
  switch (type) {
    case 1:
      return new bson.Double(bytes.readDoubleLE(at));
    case 2:
      return text(bytes, at + 4, at + length - 1);
    case 3:
      return decode(bytes, at, depth + 1);
    case 4:
      return [...elements(bytes, at, depth + 1)].map(([kind, , , from, size]) =>
        value(bytes, kind, from, size, depth + 1),
      );
    case 5:
      if (bytes[at + 4] === bson.Binary.SUBTYPE_BYTE_ARRAY) refuse('the BSON type binary, subtype 2');
      return new bson.Binary(copy(bytes, at + 5, at + length), bytes[at + 4]);
    case 7:
      return new bson.ObjectId(copy(bytes, at, at + 12));
    case 8:
      return bytes[at] === 1;
    case 9:
      return date(bytes.readBigInt64LE(at));
    case 10:
      return null;
    case 11: {
      const middle = bytes.indexOf(0, at);
      return new bson.BSONRegExp(text(bytes, at, middle), text(bytes, middle + 1, at + length - 1));
    }
    case 16:
      return bytes.readInt32LE(at);
    case 18:
      return bytes.readBigInt64LE(at);
    default:
      return refuse(`the BSON type ${unknownTypes[type] ?? type}`);
  }
}

const unknownTypes: Readonly<Record<number, string>> = {
  6: 'undefined',
  13: 'code',
  14: 'symbol',
  17: 'timestamp',
  19: 'Decimal128',
  127: 'MaxKey',
  255: 'MinKey',
};

function copy(bytes: Buffer, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, start, end);
}

function text(bytes: Buffer, start: number, end: number): string {
  const string = bytes.toString('utf8', start, end);
  if (string.includes('\ufffd') && !bytes.subarray(start, end).equals(Buffer.from(string))) {
    fail(2, 'a string is not valid UTF-8');
  }
  return string;
}

function date(milliseconds: bigint): Date {
  const result = new Date(Number(milliseconds));
  return Number.isNaN(result.getTime()) ? refuse('a date more than 8.64e15 ms from 1970') : result;
}
