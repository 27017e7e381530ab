import type { Doc } from './bson-doc.ts';
import { fieldKeys, hasArray } from './collection-index.ts';
import { fail, refuse } from './errors.ts';
import { plain } from './numbers.ts';
import { compareKeys, type Maybe } from './order.ts';

export interface SortField {
  name: string;
  parts: string[];
  direction: 1 | -1;
}

/** Parses `{field: 1 | -1, ...}`. Throws the server's codes for anything else. */
export function parseSort(sort: Maybe): SortField[] {
  if (sort === undefined) return [];
  if (!(sort instanceof Map)) return fail(14, `BSON field 'sort' is the wrong type, expected type 'object'`);
  return [...sort].map(([name, value]) => {
    const parts = name.split('.');
    if (name.startsWith('$')) return fail(16410, "FieldPath field names may not start with '$'.");
    if (parts.includes(''))
      fail(name === '' ? 40352 : 15998, 'FieldPath field names may not be empty strings.');
    if (value instanceof Map && value.has('$meta')) refuse('sorting by $meta');
    const direction = plain(value);
    if (direction === 1 || direction === -1) return { name, parts, direction };
    return fail(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
  });
}

/** Orders items by the documents they have; equal ones keep their order. */
export function sortBy<T>(items: T[], sort: readonly SortField[], docOf: (item: T) => Doc): T[] {
  return items
    .map((item) => ({ item, keys: keysOf(docOf(item), sort) }))
    .sort((a, b) => {
      for (const [at, { direction }] of sort.entries()) {
        const order = compareKeys(a.keys[at] as string, b.keys[at] as string);
        if (order !== 0) return order * direction;
      }
      return 0;
    })
    .map(({ item }) => item);
}

/** What a document is sorted by: of an array its least element, or its greatest where the direction is down. */
function keysOf(doc: Doc, sort: readonly SortField[]): string[] {
  if (sort.filter(({ parts }) => hasArray(doc, parts)).length > 1)
    refuse('sorting by two fields that are arrays');
  return sort.map(({ parts, direction }) =>
    fieldKeys(doc, parts).reduce((best, key) => (compareKeys(key, best) * direction < 0 ? key : best)),
  );
}
