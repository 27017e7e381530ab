import { types } from 'node:util';
import { keyRefusal, sessionRefusal } from './session-refusal.ts';

/** What express-session itself calls on a session: a key of that name would break it. */
const methods = ['touch', 'resetMaxAge', 'save', 'reload', 'destroy', 'regenerate'];

/** MongoDB's own limit of nesting is 100 levels; with it, what contains itself ends as an error. */
const maxDepth = 90;

/** True for an object that a store keeps as one value; its own parts are not looked at. */
export type IsLeaf = (value: object) => boolean;

/**
 * The application's data of a session, each value as `JSON.stringify` takes it, but for leaves; undefined, functions
 * and symbols are left out. Names are the keys of the session.
 *
 * @throws {TypeError} where a key is the name of a session's method, or a value cannot be kept.
 */
export function storableValues(session: object, isLeaf: IsLeaf): Map<string, unknown> {
  refuseMethods(session);
  const values = new Map<string, unknown>();
  for (const [key, given] of Object.entries(session)) {
    if (key === 'cookie') continue;
    // Where it is said who is signed in it is no key of the session's own.
    if (key === 'signedIn') throw keyRefusal(key, 'only signing in writes it');
    const value = stored(given, key, isLeaf);
    if (value !== undefined) values.set(key, value);
  }
  return values;
}

/** Not only among the keys: what is assigned to a method that was hidden stays hidden. */
function refuseMethods(session: object): void {
  for (const key of methods)
    if (key in session && typeof Reflect.get(session, key) !== 'function')
      throw keyRefusal(key, 'it is a method of every session');
}

/**
 * A key as a name that every database takes as one, and MongoDB's driver as any other.
 *
 * `%`, `.`, `$` and NUL are percent-encoded; so is the first letter of what every object has, such as
 * `constructor`: the driver hands over a list of that name undecoded. By `_bsontype` it tells its own classes. Keys
 * inside of values are treated alike, so that what a visitor sent may be kept as it is.
 */
export function escapeKey(key: string): string {
  if (key === '') return '%';
  const escaped = key.replace(/[%.$\0]/g, encodeChar);
  return key in Object.prototype || key === '_bsontype'
    ? encodeChar(key.charAt(0)) + escaped.slice(1)
    : escaped;
}

export function unescapeKey(field: string): string {
  if (field === '%') return '';
  return field.replace(/%([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** A copy of a value as it is stored; undefined where there is nothing to store. */
function stored(given: unknown, key: string, isLeaf: IsLeaf, depth = 0): unknown {
  if (depth > maxDepth)
    throw sessionRefusal('VALUE_IS_TOO_DEEP', `a session's value is nested deeper than ${maxDepth} levels`);
  const value = asJson(given, key, isLeaf);
  if (typeof value === 'bigint') throw sessionRefusal('VALUE_IS_A_BIGINT', 'a session cannot keep a BigInt');
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null || isLeaf(value)) return value;
  if (Array.isArray(value) || value instanceof Set)
    return Array.from(value, (item, at) => stored(item, String(at), isLeaf, depth + 1) ?? null);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .map(([name, item]) => [String(name), stored(item, String(name), isLeaf, depth + 1)] as const)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [escapeKey(name), item]),
  );
}

/** What `JSON.stringify` makes of a value before it looks into it (ECMA-262, SerializeJSONProperty). */
function asJson(given: unknown, key: string, isLeaf: IsLeaf): unknown {
  // As JSON has it; MongoDB would make it the year 1970.
  if (types.isDate(given)) return Number.isNaN(given.getTime()) ? null : given;
  if (typeof given !== 'object' || given === null || isLeaf(given)) return given;
  const { toJSON } = given as { toJSON?: unknown };
  const value: unknown = typeof toJSON === 'function' ? toJSON.call(given, key) : given;
  if (types.isDate(value)) return asJson(value, key, isLeaf);
  return types.isBoxedPrimitive(value) ? value.valueOf() : value;
}

export function encodeChar(char: string): string {
  return `%${char.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}
