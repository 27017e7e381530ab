import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import type { NewCredentials } from '../../users/credential-lock.ts';
import { namesOf, noFactors, withoutFactors } from '../../users/factors.ts';
import type { User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import type { sharedMails } from './letters.ts';

export interface TakingAwayOptions {
  activity: Activity<'factors_taken_away'>;
  mailQueue: MailQueue<JobOf<typeof sharedMails>>;
}

/** What goes with a change of credentials that first confirms an address. */
export interface TakingAway {
  /** Leaves nothing of what was put there before. */
  factors: NonNullable<NewCredentials['factors']>;
  /** Says so in the activity and by mail, where there was something. Call it once the change is made. */
  tell(req: Request, user: Pick<User, 'id' | 'email'>): Promise<void>;
}

/**
 * Takes away the factors that were put there before anybody had shown that the address is theirs: they are not its
 * owner's (Sudhodanan and Paverd, 2022: pre-hijacked accounts).
 */
export function takingAway({ activity, mailQueue }: TakingAwayOptions): TakingAway {
  let wereThere = false;
  return {
    factors: (now) => {
      wereThere = namesOf(now).length > 0 || now.identities !== undefined;
      return now.revision === noFactors.revision ? now : withoutFactors;
    },
    tell: async (req, { id: userId, email: to }) => {
      if (!wereThere) return;
      await activity.record('factors_taken_away', userId, callerOf(req));
      await mailQueue.enqueue({ kind: 'factors_taken_away', userId, to });
    },
  };
}
