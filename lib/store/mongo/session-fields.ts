import { types } from 'node:util';
import { BSON } from 'mongodb';
import type { Field, Fields } from '../records.ts';
import { escapeKey, storableValues, unescapeKey } from '../session-values.ts';

/** What every instance of a BSON class has by its prototype, and nothing that a visitor can send. */
const bsonClass = Symbol.for('@@mdb.bson.version');

/**
 * The application's data of a session as fields, each value as `JSON.stringify` takes it, but for what BSON has a
 * type for.
 *
 * @throws {TypeError} where a key is the name of a session's method, or a value cannot be kept.
 */
export function fieldsOf(session: object): Fields {
  const values = storableValues(session, isLeaf);
  return new Map([...values].map(([key, value]) => [escapeKey(key), fieldOf(value)]));
}

/** The fields of a document that {@link toStoredFields} made. */
export function fieldsIn(stored: Readonly<Record<string, unknown>>): Fields {
  const entries = Object.entries(stored).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([name, value]) => [name, fieldOf(value)]));
}

function fieldOf(value: unknown): Field {
  return { value, bytes: Buffer.from(BSON.serialize({ value })) };
}

/** The fields as one document to insert. */
export function toStoredFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries([...fields].map(([name, { value }]) => [name, value]));
}

/** The application's data from its fields; every call gives a copy of its own. */
export function dataOf(fields: Fields): Record<string, unknown> {
  return unescaped(toStoredFields(fields)) as Record<string, unknown>;
}

/** A copy of a stored value with the keys that the application gave it. */
function unescaped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map(unescaped);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [unescapeKey(name), unescaped(item)]),
  );
}

/** What BSON has a type for, beside objects and lists. */
function isLeaf(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value) ||
    bsonClass in value
  );
}
