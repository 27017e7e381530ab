import type { Request } from 'express';
import { notSignedIn } from '../../base/problem.ts';
import { isDecided, type SignedIn } from '../../sessions/document.ts';
import type { SessionStore } from './store.ts';

/** Who is signed in on this request; throws 401 `not_signed_in` where nobody is. */
export function requireUser(req: Request): SignedIn {
  const signedIn = signedInOn(req);
  if (!signedIn) throw notSignedIn();
  return signedIn;
}

/** Who is signed in on this request, or undefined. */
export function signedInOn(req: Request): SignedIn | undefined {
  const signedIn = isStored(req) ? req.session.signedIn : undefined;
  return isDecided(signedIn) ? signedIn : undefined;
}

/**
 * True where the request's session has been read from the database or written to it.
 *
 * The store is asked by its shape, so that what only asks need not bring the database's driver with it.
 */
export function isStored(req: Request): boolean {
  const store = req.sessionStore as Partial<Pick<SessionStore, 'isStored'>> | undefined;
  return store?.isStored?.(req.session) ?? false;
}
