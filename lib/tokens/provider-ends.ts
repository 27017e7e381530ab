import { createHash } from 'node:crypto';
import type { RepeatRecords } from '../store/contract.ts';

/** Longer than any request lasts. */
const keptMs = 60_000;

/**
 * Ends at a provider that it has told us of a moment ago. A sign-in that it let in before is stored after the sessions
 * have ended, or it is among them: noted before they are looked for, an end is found by whoever looks after storing.
 */
export interface ProviderEnds {
  /** @param of what has ended there, by names. */
  note(of: readonly string[]): Promise<void>;
  /** Whether one of these has ended there since then. */
  isSince(since: Date, of: readonly string[]): Promise<boolean>;
}

export interface ProviderEndsOptions {
  store: { repeats: RepeatRecords };
  now: () => Date;
}

export function createProviderEnds({ store: { repeats }, now }: ProviderEndsOptions): ProviderEnds {
  return {
    note: async (of) => {
      const at = now();
      const expiresAt = new Date(at.getTime() + keptMs);
      await Promise.all(of.map((name) => repeats.put(idOf(name), at.toISOString(), expiresAt)));
    },
    isSince: async (since, of) => {
      const ends = await Promise.all(of.map((name) => repeats.find(idOf(name), now())));
      return ends.some((at) => at !== null && new Date(at) >= since);
    },
  };
}

function idOf(name: string): string {
  return createHash('sha256').update(['session-auth end at a provider', name].join('\0')).digest('base64url');
}
