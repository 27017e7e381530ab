import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import type { Prepared } from '../../store/prepared.ts';
import { emailKey } from '../../users/email.ts';
import type { Users } from '../../users/repository.ts';
import type { User } from '../../users/user.ts';
import type { EventOf } from '../flow.ts';
import { type FreshOptions, requireFresh } from '../shared/fresh.ts';
import { actorOn } from './actor-on.ts';
import type { adminMails } from './letters.ts';
import type { admin as manifest } from './manifest.ts';

export interface NewInvitation {
  email: string;
  name?: string | null | undefined;
  roles?: readonly string[] | undefined;
}

/** Accounts that administrators make for others. */
export interface Invitations {
  /**
   * Makes an account without a password, whose address nobody has confirmed, and mails a link to set one: whoever follows
   * that has confirmed the address. Asking for a new password does the same once the link is over.
   *
   * @throws {Problem} 409 `email_taken`; 403 `reauthentication_needed`; 503 `not_prepared`.
   */
  invite(req: Request, invitation: NewInvitation): Promise<User>;
}

export interface InvitationsOptions extends FreshOptions {
  users: Users;
  prepared: Prepared;
  limits: Pick<Limits, 'unlock'>;
  activity: Activity<EventOf<typeof manifest>>;
  mailQueue: MailQueue<JobOf<typeof adminMails>>;
}

export function createInvitations(options: InvitationsOptions): Invitations {
  const { users, prepared, limits, activity, mailQueue, now } = options;

  return {
    invite: async (req, { email, name = null, roles = [] }) => {
      await prepared.requireUnique();
      await requireFresh(options, req);
      await users.requireFreeEmail(email);
      const given = { email, name, passwordHash: undefined, createdAt: now(), roles };
      const draft = await users.draft(given);
      // Guesses at an account that was not there yet are not held against this one.
      await limits.unlock(emailKey(email));
      await draft.store();
      const { user, credentialsVersion } = draft.credentials;
      await activity.recordAct('invited', user.id, actorOn(req));
      await mailQueue.enqueue({ kind: 'invitation', userId: user.id, credentialsVersion, to: user.email });
      return user;
    },
  };
}
