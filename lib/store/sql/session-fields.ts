import { types } from 'node:util';
import type { Field, Fields } from '../records.ts';
import { encodeChar, escapeKey, storableValues, unescapeKey } from '../session-values.ts';

/*
 * An application's data is one JSON column: an object of the session's keys, each with its value as JSON text. The
 * text inside of the JSON keeps what databases would not: the order of an object's keys, NUL, numbers as written.
 * What JSON has no type for is an object of one key that begins with `%`, which no key of an application does.
 */

/** @throws {TypeError} where a key is the name of a session's method, or a value cannot be kept. */
export function fieldsOf(session: object): Fields {
  const values = storableValues(session, isLeaf);
  return new Map([...values].map(([key, value]) => [nameOf(key), fieldOf(JSON.stringify(toJson(value)))]));
}

/** The fields of a JSON column, which some databases hand over parsed and others as text. */
export function fieldsIn(column: unknown): Fields {
  const stored = (typeof column === 'string' ? JSON.parse(column) : column) as Record<string, string>;
  return new Map(Object.entries(stored).map(([name, text]) => [name, fieldOf(text)]));
}

/** The JSON column of a new session. */
export function toColumn(fields: Fields): string {
  return JSON.stringify(Object.fromEntries([...fields].map(([name, { value }]) => [name, value])));
}

/** The application's data from its fields; every call gives a copy of its own. */
export function dataOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    [...fields].map(([name, { value }]) => [unescapeKey(name), fromJson(JSON.parse(value as string))]),
  );
}

function fieldOf(text: string): Field {
  return { value: text, bytes: Buffer.from(text) };
}

/** A name that stands between the quotes of a JSON path as it is. */
function nameOf(key: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they have no place in a path.
  return Buffer.from(escapeKey(key).replace(/["\\\x01-\x1f\x7f]/g, encodeChar)).toString();
}

function isLeaf(value: object): boolean {
  return (
    types.isDate(value) || types.isRegExp(value) || types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)
  );
}

function toJson(value: unknown): unknown {
  if (Object.is(value, -0)) return { '%number': '-0' };
  if (typeof value === 'number' && !Number.isFinite(value)) return { '%number': String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (types.isDate(value)) return { '%date': value.getTime() };
  if (types.isRegExp(value)) return { '%regexp': [value.source, value.flags] };
  if (types.isAnyArrayBuffer(value)) return { '%bytes': Buffer.from(value).toString('base64') };
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value;
    return { '%bytes': Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toJson(item)]));
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries = Object.entries(value);
  const [[name, item] = [], ...more] = entries;
  if (more.length === 0) {
    if (name === '%number') return Number(item);
    if (name === '%date') return new Date(item as number);
    if (name === '%regexp') return new RegExp(...(item as [string, string]));
    if (name === '%bytes') return Buffer.from(item as string, 'base64');
  }
  return Object.fromEntries(entries.map(([field, each]) => [unescapeKey(field), fromJson(each)]));
}
