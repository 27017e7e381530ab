import { type Doc, decode } from './bson-doc.ts';
import type { StoredDoc } from './collection-index.ts';
import type { Filter } from './filter.ts';
import { candidates, choosePlan, type Plan } from './plan.ts';
import { type SortField, sortBy } from './sort.ts';
import type { Collection } from './storage.ts';

export interface Query {
  filter: Filter;
  sort?: readonly SortField[];
  skip?: number;
  /** 0 is no limit. */
  limit?: number;
}

export interface Found {
  stored: StoredDoc;
  doc: Doc;
}

/** What it took to answer a query, as explain shows it. */
export interface Execution {
  plan: Plan | undefined;
  keys: number;
  docs: number;
}

/** Finds the documents that match, in order; a collection that is not there is empty. */
export function findDocs(
  collection: Collection | undefined,
  { filter, sort = [], skip = 0, limit = 0 }: Query,
  execution: Execution = { plan: undefined, keys: 0, docs: 0 },
): Found[] {
  if (!collection) return [];
  const plan = choosePlan(collection, filter, sort);
  execution.plan = plan;
  const end = limit > 0 ? skip + limit : Number.POSITIVE_INFINITY;
  const found: Found[] = [];
  for (const stored of candidates(collection, plan, execution)) {
    if (plan.sorted && found.length >= end) break;
    execution.docs += 1;
    const doc = decode(stored.bytes);
    if (filter.test(doc)) found.push({ stored, doc });
  }
  const ordered = plan.sorted ? found : sortBy(found, sort, ({ doc }) => doc);
  return ordered.slice(skip, end);
}
