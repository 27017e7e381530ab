import { Binary, type BSONRegExp, Double, ObjectId } from 'bson';
import type { Doc, Maybe, Value } from './bson-doc.ts';
import { isNumeric, type Numeric } from './numbers.ts';

/** MongoDB's order of types; the numbers are its canonical ones, moved to be positive. */
const ranks = {
  undefined: 2,
  null: 6,
  number: 11,
  string: 16,
  object: 21,
  array: 26,
  binData: 31,
  objectId: 36,
  bool: 41,
  date: 46,
  regex: 51,
};
export type Kind = keyof typeof ranks;

/** The kind by which MongoDB orders and brackets a value: all numbers are one kind. */
export function kindOf(value: Maybe): Kind {
  if (typeof value === 'string' || value === undefined) return typeof value as 'string' | 'undefined';
  if (value === null) return 'null';
  if (isNumeric(value)) return 'number';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Map) return 'object';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binData';
  return 'regex';
}

/** The first character of the sort key of every value of that kind. */
export function kindPrefix(kind: Kind): string {
  return String.fromCharCode(ranks[kind]);
}

/**
 * A string that stands for the value in MongoDB's order: two values are equal where their keys are, and sort as
 * their keys do with `<`. No key is the beginning of another, so keys can be joined to order by several fields.
 */
export function sortKey(value: Maybe): string {
  const kind = kindOf(value);
  return kindPrefix(kind) + payload(kind, value);
}

/** Whether two values are equal as MongoDB compares them: 1, 1.0 and NumberLong(1) are. */
export function isEqual(a: Maybe, b: Maybe): boolean {
  return sortKey(a) === sortKey(b);
}

/** Orders two sort keys. */
export function compareKeys(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function payload(kind: Kind, value: Maybe): string {
  switch (kind) {
    case 'number':
      return numberKey(value as Numeric);
    case 'string':
      return textKey(value as string);
    case 'bool':
      return value ? '1' : '0';
    case 'date':
      return numberKey((value as Date).getTime());
    case 'objectId':
      return (value as ObjectId).toHexString();
    case 'object':
      return objectKey(value as Doc);
    case 'array':
      return `${(value as Value[]).map(sortKey).join('')}\0`;
    case 'binData':
      return binaryKey(value as Binary);
    case 'regex':
      return textKey((value as BSONRegExp).pattern) + textKey((value as BSONRegExp).options);
    default:
      return '';
  }
}

/** Fields are compared in their order, each by type, then name, then value. */
function objectKey(doc: Doc): string {
  let key = '';
  for (const [name, value] of doc) {
    const kind = kindOf(value);
    key += kindPrefix(kind) + textKey(name) + payload(kind, value);
  }
  return `${key}\0`;
}

/** Shorter ones come first, then lower subtypes, then lower bytes. */
function binaryKey(value: Binary): string {
  const bytes = Buffer.from(value.value());
  return (
    String.fromCharCode(bytes.length >>> 16, bytes.length & 0xffff, value.sub_type) + bytes.toString('latin1')
  );
}

/** MongoDB orders strings by their UTF-8 bytes: code units from U+D800 on are moved to keep that order. */
function textKey(text: string): string {
  const escaped = text.includes('\0') ? text.replaceAll('\0', '\0\u0001') : text;
  if (!/[\ud800-\uffff]/.test(escaped)) return `${escaped}\0\0`;
  const moved = escaped.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCharCode(code < 0xe000 ? code + 0x2000 : code - 0x800);
  });
  return `${moved}\0\0`;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of the nearest double, turned so that they sort, and what an int64 differs from it. */
function numberKey(value: Numeric): string {
  const exact = value instanceof Double ? value.value : value;
  const nearest = Number(exact);
  if (Number.isNaN(nearest)) return '\0\0\0\0\u8000';
  const rest = typeof exact === 'bigint' ? Number(exact - BigInt(nearest)) : 0;
  scratch.setFloat64(0, nearest === 0 ? 0 : nearest);
  const flip = nearest < 0 ? 0xffff : 0;
  const units = [0, 2, 4, 6].map((at) => scratch.getUint16(at) ^ (at === 0 ? flip || 0x8000 : flip));
  return String.fromCharCode(...units, 0x8000 + rest);
}
