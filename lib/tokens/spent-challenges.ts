import { createHash, randomBytes } from 'node:crypto';
import type { RepeatRecords } from '../store/contract.ts';

/** Challenges that were answered, so that each is answered once, also in a race over instances. */
export interface SpentChallenges {
  /**
   * Marks a challenge as answered, until it is over by itself.
   *
   * @returns true for the first that asks.
   */
  spend(challenge: string, until: Date): Promise<boolean>;
  /** For what may be done twice, and is marked once it is done: where that is interrupted, it can be asked for again. */
  isSpent(challenge: string): Promise<boolean>;
}

export interface SpentChallengesOptions {
  store: { repeats: RepeatRecords };
  now: () => Date;
}

export function createSpentChallenges({ store: { repeats }, now }: SpentChallengesOptions): SpentChallenges {
  return {
    spend: (challenge, until) => {
      // Each asks in a name of its own, so that a command that is sent twice finds its own mark and no other does.
      return repeats.begin(idOf(challenge), randomBytes(16).toString('base64url'), until, now());
    },
    isSpent: async (challenge) => (await repeats.find(idOf(challenge), now())) !== null,
  };
}

function idOf(challenge: string): string {
  const about = ['session-auth challenge', challenge].join('\0');
  return createHash('sha256').update(about).digest('base64url');
}
