import { tally } from '../base/metrics.ts';
import type { CounterRecords } from '../store/contract.ts';
import type { Count } from '../store/records.ts';
import type { Rule } from './rule.ts';

/** Counters that all instances share, by id, each under a rule. */
export interface Counters extends Omit<CounterRecords, 'add'> {
  /** Counts one more, atomically; one command, two where a window has just ended. */
  add(rule: Rule, id: string): Promise<Count>;
}

export function createCounters({ counters }: { counters: CounterRecords }): Counters {
  return {
    ...counters,
    add: async ({ windowSeconds, limit, locks }, id) => {
      const counted = await counters.add(id, windowSeconds);
      if (locks && counted.count === limit) tally('lockouts');
      return counted;
    },
  };
}
