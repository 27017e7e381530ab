import type { Request } from 'express';
import type { Activity } from '../activity/activity.ts';
import { callerOf } from '../activity/caller.ts';
import type { Limits } from '../limits/limits.ts';
import { notSignedIn, Problem } from '../problem.ts';
import { requireSignedIn } from '../session/signed-in.ts';
import type { Passwords } from './passwords.ts';
import type { Users } from './repository.ts';
import type { Credentials } from './user.ts';

export interface ReauthenticationOptions {
  users: Users;
  passwords: Passwords;
  limits: Limits;
  activity: Activity;
}

/**
 * The credentials of whoever is signed in and has just shown the password (OWASP ASVS 7.5.1).
 *
 * @throws {Problem} 401 `not_signed_in`; 403 `wrong_password`; 429 `rate_limited`, before the password is looked at.
 */
export async function requireCurrentPassword(
  { users, passwords, limits, activity }: ReauthenticationOptions,
  req: Request,
  currentPassword: string,
): Promise<Credentials> {
  const { userId } = requireSignedIn(req);
  const attempt = await limits.currentPassword(userId);
  const credentials = await users.findCredentialsById(userId);
  if (!credentials) throw notSignedIn({ clearCookie: true });
  const { matches } = await passwords.verify(currentPassword, credentials.passwordHash);
  if (!matches) {
    await attempt.failed();
    await activity.record('wrong_password', userId, callerOf(req));
    throw wrongPassword();
  }
  await attempt.succeeded();
  return credentials;
}

/** The answer to a current password that is not, or no longer, the current one. */
export function wrongPassword(): Problem {
  return new Problem(403, 'wrong_password', 'The current password is wrong.', {
    errors: [{ path: 'currentPassword', message: 'is wrong' }],
  });
}
