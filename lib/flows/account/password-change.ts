import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { notSignedIn } from '../../base/problem.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { type ChangeCredentialsOptions, changeCredentials } from '../../sessions/change-credentials.ts';
import { storageId } from '../../sessions/id.ts';
import type { OneTimeTokens } from '../../tokens/one-time-tokens.ts';
import type { Repeats } from '../../tokens/repeats.ts';
import { beingChanged } from '../../users/credential-lock.ts';
import { emailKey } from '../../users/email.ts';
import type { PasswordPolicy } from '../../users/password-policy.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import { signedIdIn } from '../../web/session/signed-id.ts';
import type { EventOf } from '../flow.ts';
import type { sharedMails } from '../shared/letters.ts';
import {
  type CurrentPassword,
  type ReauthenticationEvent,
  type ReauthenticationOptions,
  requireCurrentPassword,
  wrongPassword,
} from '../shared/reauthentication.ts';
import type { SignIn } from '../shared/sign-in.ts';
import { changeEmail, resetPassword } from '../shared/token-kinds.ts';
import { byPassword } from '../shared/way-in.ts';
import type { account as manifest } from './manifest.ts';

/** A change of password by whoever is signed in. */
export interface PasswordChange {
  /**
   * Sets a new password: this session gets a new id, every other one ends, a locked sign-in opens, the user is told
   * by mail.
   *
   * Asked a second time within a minute, by the same session and from the same network, it is the same success: the
   * request gets a session of its own, whether its old one has ended by then or not.
   *
   * @throws {Problem} 401 `not_signed_in`, 403 `wrong_password`, 422 `weak_password`, 429 `rate_limited`.
   */
  change(req: Request, passwords: CurrentPassword & { newPassword: string }): Promise<void>;
  /**
   * Whether a request without a session may ask for it: its session has ended within the last minute by just this
   * change. That alone is no way in; the new password has to be shown as at sign-in.
   */
  isRepeat(req: Request): Promise<boolean>;
}

export interface PasswordChangeOptions extends ReauthenticationOptions, ChangeCredentialsOptions {
  config: Pick<Config, 'cookieName' | 'sessionSecrets'>;
  activity: Activity<EventOf<typeof manifest> | ReauthenticationEvent | 'sign_in_failed'>;
  passwordPolicy: PasswordPolicy;
  tokens: OneTimeTokens;
  sessions: SignIn;
  mailQueue: MailQueue<JobOf<typeof sharedMails>>;
  repeats: Repeats;
}

export function createPasswordChange(options: PasswordChangeOptions): PasswordChange {
  const { config, users, locks, devices, passwords, passwordPolicy, tokens } = options;
  const { sessions, limits, activity, mailQueue, repeats } = options;

  /** Whose password the session of this cookie has changed within the last minute, from this network; or null. */
  async function changedBy(req: Request, sessionId: string): Promise<string | null> {
    return repeats.recent('change_password', storageId(sessionId), req.ip);
  }

  const noteRepeat = (req: Request, who: string, subject: string) =>
    repeats.note('change_password', who, req.ip, subject);

  /** The session that stayed after just this change, where it is there still. */
  async function successorOf(req: Request, sessionId: string, now: Credentials) {
    const id = await repeats.recent('change_password', madeBy(storageId(sessionId), now), req.ip);
    return id === null ? null : devices.find(now.user.id, id);
  }

  const isPasswordOf = async ({ passwordHash }: Credentials, password: string) =>
    (await passwords.verify(password, passwordHash)).matches;

  async function change(
    req: Request,
    { currentPassword, newPassword }: CurrentPassword & { newPassword: string },
  ): Promise<void> {
    const signedIn = signedInOn(req);
    if (!signedIn) return changeAgain(req, newPassword);
    const { sessionID } = req;
    const isRepeat = async (now: Credentials) =>
      (await changedBy(req, sessionID)) === now.user.id && isPasswordOf(now, newPassword);
    let isChanged = false;
    const credentials = await requireCurrentPassword(options, req, currentPassword, async (now) => {
      isChanged = await isRepeat(now);
      return isChanged;
    });
    // Who keeps the password shows the current one, whichever of the two is in force.
    const isKept =
      currentPassword === newPassword && credentials.credentialsVersion !== signedIn.credentialsVersion;
    if (isChanged || (isKept && (await isRepeat(credentials)))) return sessions.reopen(req, credentials);
    const { user, credentialsVersion } = credentials;
    await passwordPolicy.requireStrongPassword({ password: newPassword, path: 'newPassword', user });
    const passwordHash = await passwords.hash(newPassword);
    const to = { passwordHash };
    const succeed = async () => {
      const before = storageId(sessionID);
      const after = { ...credentials, passwordHash, credentialsVersion: credentialsVersion + 1 };
      // Before the session ends: whoever comes with its cookie after that finds this.
      await noteRepeat(req, before, user.id);
      const successor = await sessions.succeed(req, credentials);
      // Before the change is made: whoever comes waits for that.
      await noteRepeat(req, madeBy(before, after), successor.id).catch(async (error: unknown) => {
        await successor.drop();
        throw error;
      });
      return successor;
    };
    const outcome = await changeCredentials(options, user.id, credentialsVersion, to, succeed);
    if (outcome !== 'changed') {
      const now = await users.findCredentialsById(user.id);
      // Somebody else has changed it in the meantime, or the same request has.
      if (!now || now.passwordHash === credentials.passwordHash || !(await isRepeat(now)))
        throw wrongPassword();
      return sessions.reopen(req, now);
    }
    await tokens.end(user.id, [resetPassword, changeEmail]);
    await limits.unlock(emailKey(user.email));
    await activity.record('password_changed', user.id, callerOf(req));
    const { id: userId, email, emailVerified: confirmed } = user;
    await mailQueue.enqueue({ kind: 'password_changed', userId, to: email, confirmed });
  }

  /** Without a session: a sign-in with the new password, within the limits of one. */
  async function changeAgain(req: Request, newPassword: string): Promise<void> {
    const sessionId = signedIdIn(req.headers.cookie, config);
    const userId = sessionId === undefined ? null : await changedBy(req, sessionId);
    // The session ends a moment before the password changes.
    const state = userId === null ? null : await locks.settled(userId);
    if (sessionId === undefined || userId === null || !state) throw notSignedIn();
    if (state.locked) throw beingChanged();
    const attempt = await limits.signIn(emailKey(state.user.email), req.ip);
    const now = await users.findCredentialsById(userId);
    if (!now || !(await isPasswordOf(now, newPassword))) {
      await activity.record('sign_in_failed', userId, callerOf(req));
      await attempt.failed();
      throw notSignedIn();
    }
    await attempt.succeeded();
    // The session has ended by that as well.
    if (now.disabled) throw notSignedIn();
    // As the session that stayed. Of a factor that came later that has shown nothing; and where it has been ended since,
    // the password alone brings back no more of it than a sign-in would.
    const successor = await successorOf(req, sessionId, now);
    const assurance = successor?.signedIn?.assurance ?? 1;
    const remember = successor !== null && successor.remember !== false;
    await sessions.complete(req, { credentials: now, ...byPassword, assurance, remember });
  }

  async function endedBy(req: Request): Promise<string | null> {
    const sessionId = signedIdIn(req.headers.cookie, config);
    return sessionId === undefined ? null : changedBy(req, sessionId);
  }

  return { change, isRepeat: async (req) => (await endedBy(req)) !== null };
}

/** Names credentials as a session has made them: a hash is of one change, also where the password is kept. */
function madeBy(sessionId: string, { credentialsVersion, passwordHash = '' }: Credentials): string {
  return [sessionId, credentialsVersion, passwordHash].join(' ');
}
