import type { CounterRecords } from '../store/contract.ts';
import type { Count } from '../store/records.ts';
import type { Rule } from './rule.ts';

/** Counters that all instances share, by id, each under a rule. */
export interface Counters extends Omit<CounterRecords, 'add'> {
  /** Counts one more, atomically; one command, two where a window has just ended. */
  add(rule: Rule, id: string): Promise<Count>;
}

export function createCounters({ counters }: { counters: CounterRecords }): Counters {
  return { ...counters, add: ({ windowSeconds }, id) => counters.add(id, windowSeconds) };
}
