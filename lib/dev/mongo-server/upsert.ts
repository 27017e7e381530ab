import { BSONRegExp, ObjectId } from 'bson';
import { type Doc, firstName, type Maybe, type Value } from './bson-doc.ts';
import { refuse } from './errors.ts';
import type { Filter } from './filter.ts';
import { compareKeys } from './order.ts';

/** The document that an upsert starts from: the fields that the query fixes, `_id` alone for a replacement. */
export function upsertBase(filter: Filter, replacement: boolean): Doc {
  const doc: Doc = new Map();
  for (const [path, operand] of [...equalities(filter)].sort(([a], [b]) => compareKeys(a, b))) {
    if (path.includes('.') || doc.has(path)) refuse(`an upsert whose query says ${path}, or that twice`);
    if (!replacement || path === '_id') doc.set(path, operand);
  }
  return doc;
}

function* equalities({
  kind,
  children,
  path,
  op,
  operand,
}: Filter): Iterable<[path: string, operand: Value]> {
  if (kind === 'and') for (const child of children) yield* equalities(child);
  // The server may or may not take these for an equality, by its version.
  const isOne =
    (kind === 'or' && children.length === 1) || (op === '$in' && (operand as Value[]).length === 1);
  if (isOne) refuse('an upsert whose query has $or or $in with one entry');
  if (op === '$eq' && path !== undefined && operand !== undefined) yield [path, operand];
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
  const id = doc.has('_id') ? doc.get('_id') : new ObjectId();
  if (Array.isArray(id) || id instanceof Map || id instanceof BSONRegExp)
    refuse('an _id that is a document, a list or a regular expression');
  return firstName(doc) === '_id' ? doc : withIdFirst(doc, id);
}
