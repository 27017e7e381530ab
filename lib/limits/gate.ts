import type { Attempt } from './attempt.ts';
import type { Counters } from './counters.ts';
import { rateLimited } from './rate-limited.ts';
import type { Rule, Rules } from './rule.ts';

/** A counter under its rule. */
export type Limited = readonly [rule: Rule, id: string];

/** What limits are made of. */
export interface LimitParts {
  readonly counters: Counters;
  readonly gate: Gate;
  readonly rules: Rules;
}

/** Counters that refuse: each function throws {Problem} 429 `rate_limited` over a limit. */
export interface Gate {
  /** Counts one more. */
  count(rule: Rule, id: string): Promise<void>;
  /** Refuses where one of the limits is used up; one command. */
  refuseReached(...limited: readonly Limited[]): Promise<void>;
  /** Lets in until so many have failed. */
  untilFailed(rule: Rule, id: string): Promise<Attempt>;
}

export function createGate(counters: Counters): Gate {
  async function count(rule: Rule, id: string): Promise<void> {
    const counted = await counters.add(rule, id);
    if (counted.count > rule.limit) throw rateLimited(rule, counted);
  }

  async function refuseReached(...limited: readonly Limited[]): Promise<void> {
    const counts = await counters.read(limited.map(([, id]) => id));
    for (const [at, [rule]] of limited.entries()) {
      const counted = counts[at];
      if (counted && counted.count >= rule.limit) throw rateLimited(rule, counted);
    }
  }

  async function untilFailed(rule: Rule, id: string): Promise<Attempt> {
    await refuseReached([rule, id]);
    return { failed: () => count(rule, id), succeeded: async () => undefined };
  }

  return { count, refuseReached, untilFailed };
}
