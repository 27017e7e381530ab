import type { CounterRecords } from '../store/contract.ts';
import type { Count } from '../store/records.ts';

/** So many in so long, counted from the first. */
export interface Rule {
  /** As the `RateLimit` header fields name it. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** Counters that all instances share, by id, each under a rule. */
export interface Counters extends Omit<CounterRecords, 'add'> {
  /** Counts one more, atomically; one command, two where a window has just ended. */
  add(rule: Rule, id: string): Promise<Count>;
}

export function createCounters({ counters }: { counters: CounterRecords }): Counters {
  return { ...counters, add: ({ windowSeconds }, id) => counters.add(id, windowSeconds) };
}
