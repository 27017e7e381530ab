import type { Request } from 'express';
import { notSignedIn } from '../../base/problem.ts';
import { isDecided } from '../../sessions/signed-in.ts';
import type { SignedIn, WaitingSignIn } from '../../store/records.ts';
import type { User } from '../../users/user.ts';
import { memoryOf, noteUser, userOf, waitingOf } from './stored-state.ts';

/**
 * Who is signed in on this request, and how.
 *
 * @throws {Problem} 401 `not_signed_in` where nobody is.
 * @example
 * ```ts
 * import { Router } from 'express';
 * import { requireUser } from '../lib/web/session/require-user.ts';
 *
 * export const routes = Router().get('/me', (req, res) => void res.json({ userId: requireUser(req).userId }));
 * ```
 */
export function requireUser(req: Request): SignedIn {
  const signedIn = signedInOn(req);
  if (!signedIn) throw notSignedIn();
  return signedIn;
}

/** Who is signed in on this request, and how, or undefined. */
export function signedInOn(req: Request): SignedIn | undefined {
  const signedIn = isStored(req) ? req.session.signedIn : undefined;
  return isDecided(signedIn) ? signedIn : undefined;
}

/** Whose sign-in waits for its second factor on this request, or undefined; nobody is signed in then. */
export function waitingOn(req: Request): WaitingSignIn | undefined {
  return isStored(req) ? waitingOf(req.session) : undefined;
}

/** The user that is signed in, as read with the session; throws 401 `not_signed_in` where nobody is. */
export function currentUser(req: Request): User {
  const user = userOn(req);
  if (!user) throw notSignedIn();
  return user;
}

/** The user that is signed in, as read with the session, or null. */
export function userOn(req: Request): User | null {
  return signedInOn(req) ? (userOf(req.session) ?? null) : null;
}

/** Has the rest of the request see a user as it has changed, where it is the one that is signed in. */
export function showChanged(req: Request, user: User): void {
  if (userOn(req)?.id === user.id) noteUser(req.session, user);
}

/** True where the request's session has been read from the database or written to it. */
export function isStored(req: Request): boolean {
  return req.session != null && memoryOf(req.session) !== undefined;
}
