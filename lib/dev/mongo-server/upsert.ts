import { BSONRegExp, ObjectId, Timestamp } from 'bson';
import { type Doc, firstName, type Value } from './bson-doc.ts';
import { fail, refuse } from './errors.ts';
import type { Filter } from './filter.ts';
import { compareKeys, type Maybe } from './order.ts';
import { locate } from './slots.ts';

/** The document that an upsert starts from: the fields that the query fixes, `_id` alone for a replacement. */
export function upsertBase(filter: Filter, replacement: boolean): Doc {
  const equal = [...equalities(filter)].sort((a, b) => compareKeys(a.path, b.path));
  const doc: Doc = new Map();
  for (const [at, { path, operand }] of equal.entries()) {
    if (replacement && path.startsWith('_id.')) refuse('a replacing upsert by a part of _id');
    if (replacement && path !== '_id') continue;
    const others = equal.slice(0, at).map((other) => other.path);
    const above = others.find((other) => other === path || path.startsWith(`${other}.`));
    if (above !== undefined) fail(54, `cannot infer query fields to set, path '${above}' is matched twice`);
    locate(doc, path.split('.'), 'create')?.set(operand);
  }
  return doc;
}

function* equalities({
  kind,
  children,
  path,
  op,
  operand,
}: Filter): Iterable<{ path: string; operand: Value }> {
  if (kind === 'and') for (const child of children) yield* equalities(child);
  // The server may or may not take these for an equality, by its version.
  if (kind === 'or' && children.length === 1) refuse('an upsert whose query has $or with one entry');
  if (op === '$in' && Array.isArray(operand) && operand.length === 1)
    refuse('an upsert whose query has $in with one entry');
  if (op === '$eq' && path !== undefined && operand !== undefined) yield { path, operand };
}

/** The document with `_id` as its first field. */
export function withIdFirst(doc: Doc, id: Maybe = doc.get('_id')): Doc {
  return new Map([
    ...(id === undefined ? [] : [['_id', id] as const]),
    ...[...doc].filter(([name]) => name !== '_id'),
  ]);
}

/** A document as it may be inserted: with a valid `_id`, made if it has none, at its beginning. */
export function insertable(doc: Doc): Doc {
  const id = doc.get('_id') ?? (doc.has('_id') ? null : new ObjectId());
  if (Array.isArray(id)) fail(53, "The '_id' value cannot be of type array");
  if (id instanceof BSONRegExp) fail(53, "The '_id' value cannot be of type regex");
  const dollar = id instanceof Map && [...id.keys()].find((name) => name.startsWith('$'));
  if (dollar) fail(52, `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`);
  assertNoEmptyTimestamp(doc);
  return firstName(doc) === '_id' ? doc : withIdFirst(doc, id);
}

/** In a whole document at its top level the server puts its clock in place of Timestamp(0, 0). */
export function assertNoEmptyTimestamp(doc: Doc): void {
  for (const value of doc.values()) {
    if (value instanceof Timestamp && value.isZero()) refuse('storing Timestamp(0, 0)');
  }
}
