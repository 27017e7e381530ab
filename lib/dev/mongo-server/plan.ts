import type { Maybe, Value } from './bson-doc.ts';
import type { CollectionIndex, StoredDoc } from './collection-index.ts';
import type { Filter } from './filter.ts';
import { kindOf, kindPrefix, sortKey } from './order.ts';
import type { SortField } from './sort.ts';
import type { Collection } from './storage.ts';

/** How the candidates of a query are found: ranges of an index, or without one every document. */
export interface Plan {
  index?: CollectionIndex;
  ranges: Range[];
  /** Whether candidates come in the order that the query asks for. */
  sorted: boolean;
  reverse: boolean;
}

type Range = [from: string, to: string];

/** Chooses the index of which the query fixes most: equal fields first, then a range, then the order. */
export function choosePlan(collection: Collection, filter: Filter, sort: readonly SortField[]): Plan {
  const conditions = flatten(filter);
  let best: Plan = { ranges: [], sorted: sort.length === 0, reverse: false };
  let bestScore = 0;
  for (const index of collection.indexes) {
    const { plan, score } = planFor(index, conditions, sort);
    if (score > bestScore) [best, bestScore] = [plan, score];
  }
  return best;
}

/** The candidates of a plan, each once; `examined.keys` counts what was read in the index. */
export function* candidates(
  collection: Collection,
  { index, ranges, reverse }: Plan,
  examined: { keys: number },
): Iterable<StoredDoc> {
  if (!index) yield* collection.docs.values();
  const seen = new Set<StoredDoc>();
  for (const [from, to] of ranges) {
    for (const stored of index?.entries.range(from, to, reverse) ?? []) {
      examined.keys += 1;
      if (seen.has(stored)) continue;
      if (index?.multikeyFields.size) seen.add(stored);
      yield stored;
    }
  }
}

/** The conditions that all must hold. */
function flatten(filter: Filter): Filter[] {
  if (filter.kind === 'and') return filter.children.flatMap(flatten);
  return filter.kind === 'leaf' ? [filter] : [];
}

function planFor(
  index: CollectionIndex,
  conditions: Filter[],
  sort: readonly SortField[],
): { plan: Plan; score: number } {
  const operandOf = (at: number, ...ops: string[]) =>
    conditions.find(({ path, op = '' }) => path === index.fields[at]?.name && ops.includes(op));
  let prefix = '';
  let fixed = 0;
  for (; fixed < index.fields.length; fixed++) {
    const operand = operandOf(fixed, '$eq')?.operand;
    if (!isUsable(index, operand)) break;
    prefix += sortKey(operand);
  }
  const narrowed = rangesAfter(index, fixed, prefix, (...ops) => operandOf(fixed, ...ops));
  // A sparse index lacks documents: only a condition that they fail makes it complete.
  const lacks = (index.sparse && fixed === 0 && !narrowed) || !hasPartialField(index, conditions);
  if (lacks) return { plan: { ranges: [], sorted: false, reverse: false }, score: -1 };
  const ranges = narrowed ?? [[prefix, `${prefix}\uffff`]];
  const inOrder =
    ranges.length === 1 &&
    [...index.multikeyFields].every((at) => at < fixed) &&
    followsIndex(index, fixed, sort);
  const plan = {
    index,
    ranges,
    sorted: inOrder || sort.length === 0,
    reverse: inOrder && sort[0]?.direction === -1,
  };
  // Of two that serve alike, the one with fewer documents; the server finds it by trying both.
  const partial = index.partialField ? 0.5 : 0;
  return { plan, score: fixed * 4 + (narrowed ? 2 : 0) + (inOrder ? 1 : 0) + partial };
}

/** Whether every document that is looked for has the field that a partial index is about. */
function hasPartialField({ partialField }: CollectionIndex, conditions: Filter[]): boolean {
  const shows = ({ path, op = '', operand }: Filter) =>
    path === partialField?.name &&
    (op === '$exists' || (['$eq', '$gt', '$gte', '$lt', '$lte'].includes(op) && (operand ?? null) !== null));
  return partialField === undefined || conditions.some(shows);
}

/** No array itself stands in an index, and what a sparse one leaves out would be found by null. */
function isUsable(index: CollectionIndex, operand: Maybe): operand is Value {
  if (operand === undefined || Array.isArray(operand)) return false;
  return operand !== null || !index.sparse;
}

type ConditionOn = (...ops: string[]) => Filter | undefined;

function rangesAfter(
  index: CollectionIndex,
  at: number,
  prefix: string,
  conditionOn: ConditionOn,
): Range[] | undefined {
  const list = conditionOn('$in')?.operand;
  if (Array.isArray(list) && list.every((operand) => isUsable(index, operand))) {
    const keys = [...new Set(list.map((operand) => prefix + sortKey(operand)))].sort();
    return keys.map((key) => [key, `${key}\uffff`]);
  }
  const lower = conditionOn('$gt', '$gte');
  // One element of a list may meet the one bound, and another the other.
  const upper = lower && index.multikeyFields.has(at) ? undefined : conditionOn('$lt', '$lte');
  const operand = lower?.operand ?? upper?.operand ?? null;
  if (
    operand === null ||
    Array.isArray(operand) ||
    (lower && upper && kindOf(upper.operand) !== kindOf(operand))
  ) {
    return undefined;
  }
  const start = prefix + kindPrefix(kindOf(operand));
  const from = lower ? prefix + sortKey(lower.operand) + (lower.op === '$gt' ? '\uffff' : '') : start;
  const to = upper
    ? prefix + sortKey(upper.operand) + (upper.op === '$lte' ? '\uffff' : '')
    : `${start}\uffff`;
  return [[from, to]];
}

/** Whether the fields after the fixed ones are those of the sort, all in one direction. */
function followsIndex({ fields }: CollectionIndex, fixed: number, sort: readonly SortField[]): boolean {
  if (sort.length === 0) return false;
  return sort.every(
    ({ name, direction }, at) => fields[fixed + at]?.name === name && direction === sort[0]?.direction,
  );
}
