import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import { notSignedIn, Problem } from '../../base/problem.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { addCredentials, changeCredentials } from '../../sessions/change-credentials.ts';
import type { StoredToken } from '../../tokens/one-time-tokens.ts';
import { invalidToken } from '../../tokens/token-problems.ts';
import { beingChanged } from '../../users/credential-lock.ts';
import { emailKey } from '../../users/email.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { requireUser, showChanged, signedInOn } from '../../web/session/require-user.ts';
import type { EventOf } from '../flow.ts';
import type { sharedMails } from '../shared/letters.ts';
import { shared } from '../shared/manifest.ts';
import {
  type CurrentPassword,
  type ReauthenticationEvent,
  type ReauthenticationOptions,
  requireCurrentPassword,
} from '../shared/reauthentication.ts';
import { spendToken } from '../shared/spend-token.ts';
import { type TakingAway, takingAway } from '../shared/taking-away.ts';
import { changeEmail, resetPassword, signUp, verifyEmail } from '../shared/token-kinds.ts';
import type { emailAddressMails } from './letters.ts';
import type { emailAddress as manifest } from './manifest.ts';
import { createSignUpConfirmation, type SignUpConfirmationOptions } from './sign-up-confirmation.ts';
import { createUndoEmail, type UndoEmail, type UndoEmailOptions } from './undo.ts';

/** Verifying, changing and getting back e-mail addresses, for the JSON routes and the pages alike. */
export interface EmailAddresses {
  /** Has a verification mailed to whoever is signed in, if it is needed. @throws {Problem} 401, 429. */
  resend(req: Request): Promise<void>;
  /** The same by address, for who cannot sign in yet; says nothing of whether it is known. @throws {Problem} 429. */
  resendTo(req: Request, email: string): Promise<void>;
  /**
   * Confirms the address of an account, or its new one, or of a closed sign-up, which becomes an account.
   *
   * @param password that a closed sign-up was made with; without meaning for the others.
   * @throws {Problem} 400 `invalid_token`, 403 `wrong_password`, 429 `rate_limited`, 503 `not_prepared`.
   */
  verify(req: Request, token: string, password?: string): Promise<void>;
  /**
   * Asks the new address to confirm; also where it is another user's, without a word of that.
   *
   * @throws {Problem} 401 `not_signed_in`, 403 `wrong_password`, 409 `same_email`, 429 `rate_limited`.
   */
  requestChange(req: Request, change: CurrentPassword & { newEmail: string }): Promise<void>;
  undoChange: UndoEmail;
}

export interface EmailAddressesOptions
  extends ReauthenticationOptions,
    UndoEmailOptions,
    SignUpConfirmationOptions {
  activity: Activity<
    EventOf<typeof manifest | typeof shared> | ReauthenticationEvent | 'sign_up' | 'factors_taken_away'
  >;
  mailQueue: MailQueue<JobOf<typeof emailAddressMails | typeof sharedMails>>;
}

export function createEmailAddresses(options: EmailAddressesOptions): EmailAddresses {
  const { users, tokens, limits, activity, mailQueue, prepared, now } = options;
  const signUps = createSignUpConfirmation(options);

  async function resend(req: Request): Promise<void> {
    const found = await users.findTokenHolderById(requireUser(req).userId);
    if (!found) throw notSignedIn({ clearCookie: true });
    const { user, credentialsVersion } = found;
    const { id: userId, email: to } = user;
    const mayMail = await limits.mail(emailKey(to), req.ip);
    if (mayMail) await mailQueue.enqueue({ kind: 'verify_email', userId, credentialsVersion, to });
  }

  async function resendTo(req: Request, email: string): Promise<void> {
    const mayMail = await limits.mail(emailKey(email), req.ip);
    if (mayMail) await mailQueue.enqueue({ kind: 'resend', email, requestedAt: now().toISOString() });
  }

  async function verify(req: Request, token: string, password?: string): Promise<void> {
    await prepared.requireUnique();
    await spendToken(options, {
      token,
      kinds: [verifyEmail, changeEmail, signUp],
      ip: req.ip,
      now,
      work: (stored) => {
        if (stored.purpose === signUp.purpose) return signUps.confirm(req, stored, password);
        return stored.purpose === changeEmail.purpose ? confirmChange(req, stored) : confirm(req, stored);
      },
      repeated: async (stored) => {
        if (stored.purpose === signUp.purpose) await signUps.confirmAgain(req, stored, password);
      },
    });
  }

  async function confirm(req: Request, { userId, data }: StoredToken): Promise<void> {
    const found = await users.findCredentialsById(userId);
    const foreign = found && foreignFactors(req, found);
    if (foreign) await takeAway(req, found, data.email, foreign);
    const user = await users.setEmailVerified(userId, data.email, now());
    if (!user) throw invalidToken();
    showChanged(req, user);
    await activity.record('email_verified', userId, callerOf(req));
  }

  /**
   * What goes where an account's first address is confirmed by another browser than one that is signed in to it: whose
   * factors those are nobody knows. Null where there is nothing to take away.
   */
  function foreignFactors(req: Request, { user, secondFactors, providers }: Credentials): TakingAway | null {
    const isStrange = signedInOn(req)?.userId !== user.id && !user.emailVerified;
    const hasSome = secondFactors.length > 0 || providers.length > 0;
    return isStrange && hasSome ? takingAway({ activity, mailQueue }) : null;
  }

  /** Confirms an address by the command that takes the factors away. Before it every session ends. */
  async function takeAway(
    req: Request,
    { user, credentialsVersion }: Credentials,
    email: string,
    { factors, tell }: TakingAway,
  ): Promise<void> {
    if (emailKey(user.email) !== emailKey(email)) throw invalidToken();
    const to = { email: user.email, factors };
    const outcome = await changeCredentials(options, user.id, credentialsVersion, to);
    if (outcome !== 'changed') throw beingChanged();
    await tell(req, user);
  }

  async function confirmChange(req: Request, { userId, data }: StoredToken): Promise<void> {
    const { email, credentialsVersion } = data;
    const found = await users.findCredentialsById(userId);
    if (!found || credentialsVersion === undefined) throw invalidToken();
    const { user } = found;
    const foreign = foreignFactors(req, found);
    const change = foreign ? changeCredentials : addCredentials;
    const to = { email, ...(foreign && { factors: foreign.factors }) };
    if ((await change(options, userId, credentialsVersion, to)) !== 'changed') throw invalidToken();
    await foreign?.tell(req, { id: userId, email });
    showChanged(req, { ...user, email, emailVerified: true });
    // A reset that went to the old address has died with it: its version is not in force any more.
    await tokens.end(userId, [resetPassword, verifyEmail]);
    // Failures go with the address that people sign in by.
    await limits.unlock(emailKey(user.email));
    await limits.unlock(emailKey(data.email));
    await activity.record('email_changed', userId, callerOf(req));
    await mailQueue.enqueue({
      kind: 'email_changed',
      userId,
      credentialsVersion: credentialsVersion + 1,
      to: user.email,
      confirmed: user.emailVerified,
      newEmail: email,
    });
    await mailQueue.enqueue({ kind: 'email_confirmed', userId, to: email });
  }

  async function requestChange(
    req: Request,
    { currentPassword, newEmail }: CurrentPassword & { newEmail: string },
  ): Promise<void> {
    const { user, credentialsVersion } = await requireCurrentPassword(options, req, currentPassword);
    if (newEmail === user.email) throw sameEmail();
    const userId = user.id;
    await limits.changeEmail(userId, req.ip);
    await activity.record('email_change_requested', userId, callerOf(req));
    // The link opens now, whoever has the address, and its token is nobody's. What ends it before the mail goes out
    // leaves the job nothing to fill, and who asks sees in the export what was asked, not what came of it.
    await tokens.issue(changeEmail, userId, { email: newEmail, credentialsVersion });
    // The account may have been deleted in between: nothing of it stays.
    if (!(await users.exists(userId))) {
      await tokens.erase(userId);
      throw notSignedIn({ clearCookie: true });
    }
    await mailQueue.enqueue({ kind: 'change_email', userId, credentialsVersion, newEmail });
  }

  return { resend, resendTo, verify, requestChange, undoChange: createUndoEmail(options) };
}

function sameEmail(): Problem {
  return new Problem(shared.problems.same_email, 'Your account has this e-mail address already.', {
    errors: [{ path: 'newEmail', message: 'is the one that you have' }],
  });
}
