import type { Doc, Maybe } from './bson-doc.ts';
import { fieldKey } from './collection-index.ts';
import { refuse } from './errors.ts';
import { plain } from './numbers.ts';
import { compareKeys } from './order.ts';

export interface SortField {
  name: string;
  parts: string[];
  direction: 1 | -1;
}

/** Parses `{field: 1 | -1, ...}`; anything else is refused. */
export function parseSort(sort: Maybe): SortField[] {
  if (sort === undefined) return [];
  if (!(sort instanceof Map)) return refuse('a sort that is no document');
  return [...sort].map(([name, value]) => {
    const direction = plain(value);
    if (name.startsWith('$') || (direction !== 1 && direction !== -1)) return refuse(`sorting by ${name}`);
    return { name, parts: name.split('.'), direction };
  });
}

/** Orders items by the documents they have; equal ones keep their order. */
export function sortBy<T>(items: T[], sort: readonly SortField[], docOf: (item: T) => Doc): T[] {
  return items
    .map((item) => ({ item, keys: sort.map(({ parts }) => fieldKey(docOf(item), parts)) }))
    .sort((a, b) => {
      for (const [at, { direction }] of sort.entries()) {
        const order = compareKeys(a.keys[at] as string, b.keys[at] as string);
        if (order !== 0) return order * direction;
      }
      return 0;
    })
    .map(({ item }) => item);
}
