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
}

export interface SpentChallengesOptions {
  store: { repeats: RepeatRecords };
  now: () => Date;
}

export function createSpentChallenges({ store: { repeats }, now }: SpentChallengesOptions): SpentChallenges {
  return {
    spend: (challenge, until) => {
      const about = ['session-auth challenge', challenge].join('\0');
      const id = createHash('sha256').update(about).digest('base64url');
      // Each asks in a name of its own, so that a command that is sent twice finds its own mark and no other does.
      return repeats.begin(id, randomBytes(16).toString('base64url'), until, now());
    },
  };
}
