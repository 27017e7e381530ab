import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import { invalidRequest, notSignedIn, Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import { storageId } from '../../sessions/id.ts';
import { emailKey } from '../../users/email.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { destroy } from '../../web/session/save.ts';
import { type FreshOptions, requireFresh, requireFreshSecond } from './fresh.ts';
import { shared } from './manifest.ts';

export type ReauthenticationEvent = 'wrong_password' | 'session_ended';

/** Undefined of somebody who has none. */
export interface CurrentPassword {
  currentPassword?: string | undefined;
}

export interface ReauthenticationOptions extends FreshOptions {
  users: Users;
  passwords: Passwords;
  limits: Limits;
  activity: Activity<ReauthenticationEvent>;
}

/**
 * The credentials of whoever is signed in and has just shown the password (OWASP ASVS 7.5.1).
 *
 * The tenth wrong one within 15 minutes ends the session, since whoever holds it is not its owner. The owner's other
 * sessions have counters of their own, so that nobody keeps the owner from a change by guessing in a stolen one.
 *
 * Who has a second factor has to have shown it within the last 10 minutes; who has no password, anything.
 *
 * @param isRepeat whether they are shown in another way: by a request that is asked for a second time, and has itself
 * changed the password meanwhile.
 * @throws {Problem} 403 `wrong_password`, `reauthentication_needed`; 422 `invalid_request` where it is left out by
 * somebody who has one; 401 `not_signed_in`, also where ten others are being looked at or were wrong.
 */
export async function requireCurrentPassword(
  options: ReauthenticationOptions,
  req: Request,
  currentPassword: string | undefined,
  isRepeat?: (credentials: Credentials) => Promise<boolean>,
): Promise<Credentials> {
  const signedIn = requireUser(req);
  // Before the limit, which counts guesses.
  if (currentPassword === undefined)
    return requireFresh(options, req, ({ passwordHash }) => {
      if (passwordHash !== undefined) throw passwordMissing();
    });
  return checkCurrentPassword(options, req, currentPassword, {
    ...(isRepeat && { isRepeat }),
    admit: (credentials) => requireFreshSecond(signedIn, credentials, options.now()),
  });
}

interface CheckOptions {
  isRepeat?: (credentials: Credentials) => Promise<boolean>;
  /** Throws where the password alone would not do, before it is looked at. */
  admit?: (credentials: Credentials) => void;
}

/** The same, of somebody who shows the first factor alone. */
export async function checkCurrentPassword(
  { users, passwords, limits, activity }: ReauthenticationOptions,
  req: Request,
  currentPassword: string,
  { isRepeat = async () => false, admit = () => undefined }: CheckOptions = {},
): Promise<Credentials> {
  const { userId } = requireUser(req);
  const credentials = await users.findCredentialsById(userId);
  if (!credentials) throw notSignedIn({ clearCookie: true });
  // Before the limit, which counts guesses.
  admit(credentials);
  const attempt = await limits.currentPassword({ userId, sessionId: storageId(req.sessionID) });
  if (!attempt) {
    // Also where the tenth died before it could.
    await destroy(req);
    throw notSignedIn({ clearCookie: true });
  }
  const { matches } = await passwords.verify(currentPassword, credentials.passwordHash);
  if (!matches && !(await isRepeat(credentials))) {
    await attempt.failed(emailKey(credentials.user.email));
    await activity.record('wrong_password', userId, callerOf(req));
    if (!attempt.isLast) throw wrongPassword();
    await destroy(req);
    await activity.record('session_ended', userId, callerOf(req));
    throw wrongPassword({ sessionEnded: true });
  }
  await attempt.succeeded();
  return credentials;
}

/** The answer to a current password that is not, or no longer, the current one. */
export function wrongPassword({ sessionEnded = false } = {}): Problem {
  const detail = sessionEnded
    ? 'The current password was wrong too many times, so this session has ended. Sign in again.'
    : 'The current password is wrong.';
  return new Problem(shared.problems.wrong_password, detail, {
    clearCookie: sessionEnded,
    errors: [{ path: 'currentPassword', message: 'is wrong' }],
  });
}

/** Only who has no password may leave it out, which the schema of a body cannot tell. */
function passwordMissing(): Problem {
  return invalidRequest([{ path: 'currentPassword', message: 'must be filled in' }]);
}
