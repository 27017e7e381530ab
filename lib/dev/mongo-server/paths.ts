import type { Doc, Value } from './bson-doc.ts';
import type { Maybe } from './order.ts';

type Visit = (value: Maybe) => boolean;

/** Digits only: the position in an array, where the path meets one. */
export function isIndex(part: string): boolean {
  return /^(0|[1-9][0-9]*)$/.test(part);
}

/**
 * Calls `visit` with what a query on `parts` sees in `doc`, until one call returns true, and returns whether one
 * did. As in MongoDB, arrays on the way are entered element by element (and by position), and an absent field is
 * `undefined`. An array at the end comes as a whole, with `spread` after its elements.
 */
export function visitPath(
  doc: Doc,
  parts: readonly string[],
  spread: boolean,
  visit: Visit,
  at = 0,
): boolean {
  const value = doc.get(parts[at] ?? '');
  if (at === parts.length - 1) {
    return (spread && Array.isArray(value) && value.some(visit)) || visit(value);
  }
  if (value instanceof Map) return visitPath(value, parts, spread, visit, at + 1);
  if (Array.isArray(value)) return visitArray(value, parts, spread, visit, at + 1);
  return visit(undefined);
}

/** The elements of an array in mid-path: documents by name, and the one at a numeric name by position. */
function visitArray(
  list: Value[],
  parts: readonly string[],
  spread: boolean,
  visit: Visit,
  at: number,
): boolean {
  return list.some((element, position) => {
    if (element instanceof Map && visitPath(element, parts, spread, visit, at)) return true;
    if (parts[at] !== String(position)) return false;
    if (at === parts.length - 1) return visit(element);
    if (element instanceof Map) return visitPath(element, parts, spread, visit, at + 1);
    return Array.isArray(element) && visitArray(element, parts, spread, visit, at + 1);
  });
}
