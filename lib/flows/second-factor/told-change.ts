import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { beingChanged, type LockOutcome } from '../../users/credential-lock.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import type { EventOf } from '../flow.ts';
import type { FactorChange, secondFactorMails } from './letters.ts';
import type { secondFactor as manifest } from './manifest.ts';

export interface ToldChangeOptions {
  activity: Activity<EventOf<typeof manifest>>;
  mailQueue: MailQueue<JobOf<typeof secondFactorMails>>;
}

/** What every change of what somebody can show ends with. */
export function createToldChange({ activity, mailQueue }: ToldChangeOptions) {
  return {
    async tell(req: Request, { user }: Credentials, what: FactorChange): Promise<void> {
      const { id: userId, email: to, emailVerified: confirmed } = user;
      await activity.record(what, userId, callerOf(req));
      await mailQueue.enqueue({ kind: 'factor_changed', userId, to, confirmed, what });
    },
    /** @throws {Problem} 503 `unavailable` where somebody else has changed the credentials at the same time. */
    requireChanged(outcome: LockOutcome): void {
      if (outcome !== 'changed') throw beingChanged();
    },
  };
}
