import { types } from 'node:util';
import { BSON } from 'mongodb';

/** One field of a session as MongoDB keeps it. */
interface Field {
  readonly value: unknown;
  /** The value as BSON, which is what is compared: so a change inside of an object is seen. */
  readonly bytes: Buffer;
}

/** The application's data of a session, by the names of its fields in the database. */
export type Fields = ReadonlyMap<string, Field>;

/** An update that makes stored fields equal to those of a session, key by key. */
export interface FieldsUpdate {
  $set?: Record<string, unknown>;
  $unset?: Record<string, ''>;
}

/** Keys of a session that are not the application's data. */
const ownKeys = new Set(['cookie', 'signedIn']);

/** What express-session itself calls on a session: a key of that name would break it. */
const methods = new Set(['touch', 'resetMaxAge', 'save', 'reload', 'destroy', 'regenerate']);

/** MongoDB's own limit of nesting is 100 levels; with it, what contains itself ends as an error. */
const maxDepth = 90;

/**
 * The application's data of a session as fields; undefined, functions and symbols are left out.
 *
 * @throws {TypeError} where a key is the name of a session's method, or a value cannot be kept.
 */
export function fieldsOf(session: object): Fields {
  const fields = new Map<string, Field>();
  for (const [key, given] of Object.entries(session)) {
    if (ownKeys.has(key) || isNothing(given)) continue;
    if (methods.has(key)) throw new TypeError(`a session cannot keep the key "${key}": it is a method`);
    const value = withKeys(given, escapeKey);
    fields.set(escapeKey(key), { value, bytes: Buffer.from(BSON.serialize({ value })) });
  }
  return fields;
}

/** The update from one state to the other, or undefined where nothing changed. */
export function updateBetween(before: Fields, after: Fields): FieldsUpdate | undefined {
  const set: Record<string, unknown> = {};
  const unset: Record<string, ''> = {};
  for (const [name, { value, bytes }] of after)
    if (!before.get(name)?.bytes.equals(bytes)) set[`session.${name}`] = value;
  for (const name of before.keys()) if (!after.has(name)) unset[`session.${name}`] = '';
  const update: FieldsUpdate = {};
  if (Object.keys(set).length > 0) update.$set = set;
  if (Object.keys(unset).length > 0) update.$unset = unset;
  return update.$set || update.$unset ? update : undefined;
}

/** The fields as one document to insert. */
export function toStoredFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries([...fields].map(([name, { value }]) => [name, value]));
}

/** The application's data from the document that {@link toStoredFields} made. */
export function fromStoredFields(stored: Record<string, unknown>): Record<string, unknown> {
  return withKeys(stored, unescapeKey) as Record<string, unknown>;
}

/**
 * A key as a field name that every server takes as one name, and the driver as any other.
 *
 * `%`, `.`, `$` and NUL are percent-encoded; so is the first letter of what every object has, such as
 * `constructor`: the driver hands over a list of that name undecoded. Keys inside of values are treated alike, so
 * that what a visitor sent may be kept as it is.
 */
export function escapeKey(key: string): string {
  if (key === '') return '%';
  const escaped = key.replace(/[%.$\0]/g, encodeChar);
  return key in Object.prototype ? encodeChar(key.charAt(0)) + escaped.slice(1) : escaped;
}

export function unescapeKey(field: string): string {
  if (field === '%') return '';
  return field.replace(/%([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** A copy of a value whose objects, at every depth, have other keys. */
function withKeys(value: unknown, rename: (key: string) => string, depth = 0): unknown {
  if (depth > maxDepth) throw new TypeError(`a session's value is nested deeper than ${maxDepth} levels`);
  if (typeof value !== 'object' || value === null || isLeaf(value)) return value;
  if (Array.isArray(value)) return value.map((item) => withKeys(item, rename, depth + 1));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, item]) => !isNothing(item))
      .map(([key, item]) => [rename(String(key)), withKeys(item, rename, depth + 1)]),
  );
}

/** What BSON has a type for, beside objects and lists. */
function isLeaf(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isAnyArrayBuffer(value) ||
    ArrayBuffer.isView(value) ||
    '_bsontype' in value
  );
}

function isNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol';
}

function encodeChar(char: string): string {
  return `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}
