import type { Request } from 'express';
import type { Activity } from '../../../activity/activity.ts';
import type { Config } from '../../../base/config.ts';
import type { JobOf } from '../../../mail/mail-kind.ts';
import type { MailQueue } from '../../../mail/queue.ts';
import { type ChangeCredentialsOptions, changeCredentials } from '../../../sessions/change-credentials.ts';
import type { OneTimeTokens } from '../../../tokens/one-time-tokens.ts';
import type { Users } from '../../../users/repository.ts';
import type { Credentials } from '../../../users/user.ts';
import { callerOf } from '../../../web/caller.ts';
import { createKnownDevices } from '../../shared/known-device.ts';
import type { sharedMails } from '../../shared/letters.ts';
import { takingAway } from '../../shared/taking-away.ts';
import { changeEmail, resetPassword, verifyEmail } from '../../shared/token-kinds.ts';
import type { emailCodeMails } from './letters.ts';

export interface FirstConfirmationOptions extends ChangeCredentialsOptions {
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  users: Users;
  tokens: OneTimeTokens;
  activity: Activity<'email_verified' | 'password_removed' | 'factors_taken_away'>;
  mailQueue: MailQueue<JobOf<typeof emailCodeMails | typeof sharedMails>>;
  now: () => Date;
}

/**
 * Confirms the address of an account by what only its owner could read.
 *
 * Whoever signed up with that address may have been somebody else. So password, factors and sessions that were there
 * before go (Sudhodanan and Paverd, 2022: pre-hijacked accounts), unless this browser has signed in to the account
 * before: then they are its owner's.
 *
 * @returns the credentials as they are then; null where they have changed meanwhile.
 * @throws {Problem} 503 `unavailable` where another change of them has died just now.
 */
export type FirstConfirmation = (req: Request, found: Credentials) => Promise<Credentials | null>;

export function createFirstConfirmation(options: FirstConfirmationOptions): FirstConfirmation {
  const { config, users, tokens, activity, mailQueue, now } = options;
  const knownDevices = createKnownDevices(config);

  async function takeAll(req: Request, found: Credentials): Promise<Credentials | null> {
    const { user, passwordHash, credentialsVersion } = found;
    const { id: userId, email } = user;
    const { factors, tell } = takingAway(options);
    const to = { email, passwordHash: null, factors, endsUndo: true };
    if ((await changeCredentials(options, userId, credentialsVersion, to)) !== 'changed') return null;
    await tell(req, user);
    if (passwordHash !== undefined) {
      await activity.record('password_removed', userId, callerOf(req));
      await mailQueue.enqueue({ kind: 'password_taken_away', userId, to: email });
    }
    await tokens.end(userId, [changeEmail, verifyEmail, resetPassword]);
    const left = await users.findCredentialsById(userId);
    return left?.credentialsVersion === credentialsVersion + 1 ? left : null;
  }

  async function keepAll(found: Credentials): Promise<Credentials | null> {
    const user = await users.setEmailVerified(found.user.id, found.user.email, now());
    return user && { ...found, user };
  }

  return async function confirm(req, found) {
    const isKnown = (await knownDevices.find(req, async () => found)) !== undefined;
    const confirmed = isKnown ? await keepAll(found) : await takeAll(req, found);
    if (confirmed) await activity.record('email_verified', found.user.id, callerOf(req));
    return confirmed;
  };
}
