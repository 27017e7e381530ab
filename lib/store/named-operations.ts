import { inOperation } from '../base/trace.ts';
import type { Kind, Store } from './contract.ts';
import { recordNames } from './record-names.ts';

/** The same records, of which each function is told in traces, such as `sessions.find`. */
export function namedRecords<R extends object>(kind: Kind, records: R): R {
  const named = Object.entries(records).map(([name, work]) => [
    name,
    (...given: unknown[]) => inOperation(`${kind}.${name}`, () => work(...given)),
  ]);
  return Object.fromEntries(named) as R;
}

/** The same of all kinds of records that a store has. */
export function namedStore(store: Store): Store {
  const kinds = Object.keys(recordNames) as Kind[];
  const named = kinds.map((kind) => [kind, namedRecords(kind, store[kind])]);
  return { ...store, ...Object.fromEntries(named) };
}
