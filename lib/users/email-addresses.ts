import type { Request } from 'express';
import { callerOf } from '../activity/caller.ts';
import type { MailJobs } from '../mail/mail-jobs.ts';
import type { Prepared } from '../mongo/prepared.ts';
import { notSignedIn } from '../problem.ts';
import { requireSignedIn } from '../session/signed-in.ts';
import { type ChangeCredentialsOptions, changeCredentials } from './change-credentials.ts';
import { emailKey } from './email.ts';
import { invalidToken, type OneTimeTokens, type StoredToken } from './one-time-tokens.ts';
import type { PersonalData } from './personal-data.ts';
import { type ReauthenticationOptions, requireCurrentPassword } from './reauthentication.ts';
import { spendToken } from './spend-token.ts';

/** Verifying, changing and getting back e-mail addresses, for the JSON routes and the pages alike. */
export interface EmailAddresses {
  /** Has a verification mailed to whoever is signed in, if it is needed. @throws {Problem} 401, 429. */
  resend(req: Request): Promise<void>;
  /** The same by address, for who cannot sign in yet; says nothing of whether it is known. @throws {Problem} 429. */
  resendTo(req: Request, email: string): Promise<void>;
  /**
   * Confirms the address of an account, or its new one.
   *
   * @throws {Problem} 400 `invalid_token`, 429 `rate_limited`, 503 `not_prepared`.
   */
  verify(req: Request, token: string): Promise<void>;
  /**
   * Asks the new address to confirm; also where it is another user's, without a word of that.
   *
   * @throws {Problem} 401 `not_signed_in`, 403 `wrong_password`, 429 `rate_limited`.
   */
  requestChange(req: Request, change: { currentPassword: string; newEmail: string }): Promise<void>;
  /**
   * Gives the account its old address back, and ends every session.
   *
   * @throws {Problem} 400 `invalid_token`, also where another user has confirmed that address since; 429; 503 `not_prepared`.
   */
  undoChange(req: Request, token: string): Promise<void>;
}

export interface EmailAddressesOptions extends ReauthenticationOptions, ChangeCredentialsOptions {
  tokens: OneTimeTokens;
  mailJobs: MailJobs;
  personalData: PersonalData;
  prepared: Prepared;
  now: () => Date;
}

export function createEmailAddresses(options: EmailAddressesOptions): EmailAddresses {
  const { users, tokens, limits, locks, devices, activity, mailJobs, personalData, now } = options;
  const { prepared } = options;

  async function resend(req: Request): Promise<void> {
    const user = await users.findById(requireSignedIn(req).userId);
    if (!user) throw notSignedIn({ clearCookie: true });
    const mayMail = await limits.mail(emailKey(user.email), req.ip);
    if (mayMail) await mailJobs.enqueue({ kind: 'verify_email', userId: user.id });
  }

  async function resendTo(req: Request, email: string): Promise<void> {
    const mayMail = await limits.mail(emailKey(email), req.ip);
    if (mayMail) await mailJobs.enqueue({ kind: 'resend', email });
  }

  async function verify(req: Request, token: string): Promise<void> {
    await prepared.requireUnique();
    await spendToken(options, {
      token,
      purposes: ['verify_email', 'change_email'],
      ip: req.ip,
      now,
      work: (stored) =>
        stored.purpose === 'change_email' ? confirmChange(req, stored) : confirm(req, stored),
      repeated: async () => undefined,
    });
  }

  async function confirm(req: Request, { userId, data }: StoredToken): Promise<void> {
    const user = await devices.changingUser(userId, () =>
      users.setEmailVerified(userId, data.email, null, now()),
    );
    if (!user) throw invalidToken();
    await activity.record('email_verified', userId, callerOf(req));
  }

  async function confirmChange(req: Request, { userId, data }: StoredToken): Promise<void> {
    const user = await users.findById(userId);
    const lock = user && (await locks.lock(userId, data.credentialsVersion ?? null));
    if (!lock) throw invalidToken();
    await devices.changingUser(userId, async () => {
      const outcome = await lock.change({ email: data.email });
      if (outcome !== 'changed') {
        await lock.release();
        throw invalidToken();
      }
      // A reset that went to the old address has died with it: its version is not in force any more.
      await tokens.end(userId, ['reset_password', 'verify_email']);
      return users.findById(userId);
    });
    // Failures go with the address that people sign in by.
    await limits.unlock(emailKey(user.email));
    await limits.unlock(emailKey(data.email));
    await activity.record('email_changed', userId, callerOf(req));
    await mailJobs.enqueue({ kind: 'email_changed', userId, oldEmail: user.email });
  }

  async function requestChange(
    req: Request,
    { currentPassword, newEmail }: { currentPassword: string; newEmail: string },
  ): Promise<void> {
    const { user } = await requireCurrentPassword(options, req, currentPassword);
    await limits.changeEmail(user.id, req.ip);
    await activity.record('email_change_requested', user.id, callerOf(req));
    const mayMail = await limits.mailUnconfirmed(emailKey(newEmail));
    if (mayMail) await mailJobs.enqueue({ kind: 'change_email', userId: user.id, newEmail });
  }

  async function undoChange(req: Request, token: string): Promise<void> {
    await prepared.requireUnique();
    await spendToken(options, {
      token,
      purposes: ['undo_email'],
      ip: req.ip,
      now,
      work: (stored) => undo(req, stored),
      repeated: async () => undefined,
    });
  }

  async function undo(req: Request, { userId, data }: StoredToken): Promise<void> {
    const holder = await users.findTokenHolderById(userId);
    if (!holder || !(await makeFree(data.email, userId))) throw invalidToken();
    const to = { email: data.email };
    const outcome = await changeCredentials(options, userId, holder.credentialsVersion, to);
    if (outcome !== 'changed') throw invalidToken();
    // Links that went to the address that is gone, and ways back to it.
    await tokens.end(userId, ['verify_email', 'change_email', 'reset_password']);
    await tokens.end(userId, ['undo_email']);
    await limits.unlock(emailKey(holder.user.email));
    await limits.unlock(emailKey(data.email));
    await activity.record('email_change_undone', userId, callerOf(req));
    await mailJobs.enqueue({ kind: 'email_change_undone', userId });
  }

  /**
   * Whether a user may have this address back. An account that another made with it meanwhile, and that nobody has
   * confirmed, goes: whoever has the link has shown that the address is theirs, and must not be kept out by that.
   */
  async function makeFree(email: string, userId: string): Promise<boolean> {
    const owner = await users.findByEmail(email);
    if (!owner || owner.id === userId) return true;
    return !owner.emailVerified && personalData.erase(owner, { unconfirmed: true });
  }

  return { resend, resendTo, verify, requestChange, undoChange };
}
