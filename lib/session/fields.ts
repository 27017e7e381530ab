import { BSON } from 'mongodb';

/** The application's data of a session: each key with its value as BSON, which is what is compared. */
export type Fields = ReadonlyMap<string, Buffer>;

/** An update that makes stored fields equal to those of a session, key by key. */
export interface FieldsUpdate {
  $set?: Record<string, unknown>;
  $unset?: Record<string, ''>;
}

/** Keys of a session that are not the application's data. */
const ownKeys = new Set(['cookie', 'signedIn']);

/** The application's data of a session as fields; what BSON cannot hold (functions, undefined) is left out. */
export function fieldsOf(session: object): Fields {
  const fields = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(session)) {
    if (ownKeys.has(key) || value === undefined || typeof value === 'function') continue;
    fields.set(key, Buffer.from(BSON.serialize({ value }, { ignoreUndefined: true })));
  }
  return fields;
}

/** The update from one state to the other, or undefined where nothing changed. */
export function updateBetween(before: Fields, after: Fields, session: object): FieldsUpdate | undefined {
  const set: Record<string, unknown> = {};
  const unset: Record<string, ''> = {};
  for (const [key, bytes] of after)
    if (!before.get(key)?.equals(bytes)) set[`session.${escapeKey(key)}`] = Reflect.get(session, key);
  for (const key of before.keys()) if (!after.has(key)) unset[`session.${escapeKey(key)}`] = '';
  const update: FieldsUpdate = {};
  if (Object.keys(set).length > 0) update.$set = set;
  if (Object.keys(unset).length > 0) update.$unset = unset;
  return update.$set || update.$unset ? update : undefined;
}

/** The application's data as one document to insert, with escaped keys. */
export function toStoredFields(session: object): Record<string, unknown> {
  const entries = [...fieldsOf(session).keys()].map((key) => [escapeKey(key), Reflect.get(session, key)]);
  return Object.fromEntries(entries);
}

/** The reverse of {@link toStoredFields}. */
export function fromStoredFields(stored: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(stored).map(([field, value]) => [unescapeKey(field), value]));
}

/** A key as a field name that an update takes as one name: `%`, `.`, `$` and NUL are percent-encoded. */
export function escapeKey(key: string): string {
  if (key === '') return '%';
  return key.replace(/[%.$\0]/g, (char) => encodeByte(char.charCodeAt(0)));
}

export function unescapeKey(field: string): string {
  if (field === '%') return '';
  return field.replace(/%(25|2E|24|00)/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function encodeByte(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}
