import { randomBytes } from 'node:crypto';
import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { type ChangeCredentialsOptions, changeCredentials } from '../../sessions/change-credentials.ts';
import type { OneTimeTokens, StoredToken } from '../../tokens/one-time-tokens.ts';
import type { Repeats } from '../../tokens/repeats.ts';
import { invalidToken, usedToken } from '../../tokens/token-problems.ts';
import { emailKey } from '../../users/email.ts';
import type { PasswordPolicy } from '../../users/password-policy.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import type { EventOf } from '../flow.ts';
import type { sharedMails } from '../shared/letters.ts';
import { isPasswordOf, spendToken } from '../shared/spend-token.ts';
import { takingAway } from '../shared/taking-away.ts';
import { changeEmail, invitation, resetPassword, undoEmail, verifyEmail } from '../shared/token-kinds.ts';
import type { passwordResetMails } from './letters.ts';
import type { passwordReset as manifest } from './manifest.ts';

/** Forgotten passwords, for the JSON routes and the pages alike; nobody need be signed in. */
export interface PasswordResets {
  /**
   * Has a link mailed to this address if it has an account: the same work for both, and no word of which. Asked again
   * within a minute by the same caller, it sends no second mail, whose link would end the first one's.
   *
   * @throws {Problem} 429 `rate_limited`, by network address.
   */
  forgot(req: Request, email: string): Promise<void>;
  /** Has a link mailed to this address if it has an account, whoever asks. @returns false where it was not handed over. */
  mail(email: string): Promise<boolean>;
  /**
   * Sets a new password: every session, every other link of that user, and every way back to a former address ends,
   * and a locked sign-in opens. A second factor is asked for as before, but where the address was never confirmed: then
   * those that are there were not put there by its owner, and are taken away.
   *
   * @throws {Problem} 400 `invalid_token`; 422 `weak_password`, and the token stays good; 429 `rate_limited`.
   */
  reset(req: Request, reset: { token: string; newPassword: string }): Promise<void>;
}

export interface PasswordResetsOptions extends ChangeCredentialsOptions {
  users: Users;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  tokens: OneTimeTokens;
  repeats: Repeats;
  limits: Limits;
  activity: Activity<EventOf<typeof manifest> | 'factors_taken_away'>;
  mailQueue: MailQueue<JobOf<typeof passwordResetMails | typeof sharedMails>>;
  now: () => Date;
}

export function createPasswordResets(options: PasswordResetsOptions): PasswordResets {
  const { users, passwords, passwordPolicy, tokens, repeats, limits, activity, mailQueue, now } = options;

  const mail = (email: string) =>
    mailQueue.enqueue({ kind: 'forgot_password', email, requestedAt: now().toISOString() });

  async function forgot(req: Request, email: string): Promise<void> {
    const mayMail = await limits.forgot(emailKey(email), req.ip);
    const asking = randomBytes(16).toString('base64url');
    const first = await repeats.begin('forgot_password', emailKey(email), req.ip, asking);
    if (!mayMail || first !== asking) return;
    if (await mail(email)) await repeats.note('forgot_password', emailKey(email), req.ip, asking);
    else await repeats.erase(asking);
  }

  async function setPassword(
    req: Request,
    { userId, data }: StoredToken,
    newPassword: string,
  ): Promise<User> {
    const holder = await users.findTokenHolderById(userId);
    // A link dies with the password or address that it was asked for.
    if (!holder || holder.credentialsVersion !== data.credentialsVersion) throw invalidToken();
    const { user, credentialsVersion } = holder;
    await passwordPolicy.requireStrongPassword({ password: newPassword, path: 'newPassword', user });
    const passwordHash = await passwords.hash(newPassword);
    // Whoever has the link reads the mail of this address, which is what verifying asks for. The address is theirs from
    // now on, however the account came to it: who had it before has no way back.
    const before = user.emailVerified ? null : takingAway(options);
    const to = {
      ...{ passwordHash, email: user.email, endsUndo: true },
      ...(before && { factors: before.factors }),
    };
    const outcome = await changeCredentials(options, userId, credentialsVersion, to);
    if (outcome !== 'changed') throw invalidToken();
    await before?.tell(req, user);
    return user;
  }

  async function reset(req: Request, { token, newPassword }: { token: string; newPassword: string }) {
    const { userId, email, isFirst, isChange } = await spendToken(options, {
      token,
      kinds: [resetPassword, invitation],
      ip: req.ip,
      now,
      work: async (stored) => {
        const { id, email } = await setPassword(req, stored, newPassword);
        return { userId: id, email, isFirst: true, isChange: stored.purpose === resetPassword.purpose };
      },
      repeated: async ({ userId, data }) => {
        if (!(await isPasswordOf(options, userId, newPassword))) throw usedToken(resetPassword);
        return { userId, email: data.email, isFirst: false, isChange: false };
      },
    });
    if (isFirst) await activity.record('password_reset', userId, callerOf(req));
    // Who sets the first password has had no other.
    if (isChange) await mailQueue.enqueue({ kind: 'password_changed', userId, to: email, confirmed: true });
    // Done again where it is asked again: the first time may have failed here.
    await tokens.end(userId, [changeEmail, verifyEmail, undoEmail]);
    await limits.unlock(emailKey(email));
  }

  return { forgot, mail, reset };
}
