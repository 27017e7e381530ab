import type { Request, Response } from 'express';
import type { Config } from '../config.ts';
import { notSignedIn, Problem } from '../problem.ts';
import { currentRequest } from '../request-context.ts';
import type { Users } from '../users/repository.ts';
import type { Credentials } from '../users/user.ts';
import { clearSessionCookie } from './cookie.ts';
import { absoluteEndOf, expiryOf, type Limits, type SignedIn, type SignInMethod } from './document.ts';
import { storageId } from './id.ts';
import { destroy, regenerate, save } from './save.ts';
import { SessionStore } from './store.ts';

/** A session as its owner sees it; times are ISO 8601 UTC, and `id` is no credential. */
export interface SessionView {
  id: string;
  createdAt: string;
  idleExpiresAt: string;
  expiresAt: string;
}

/** Longest User-Agent that is kept, in characters. */
const userAgentLength = 256;

/** Signing in and out: the only writers of who a session belongs to. */
export interface SignIn {
  /**
   * Gives the request a new session of that user under a new id, stored; the old one is dead (ASVS 7.2.4).
   *
   * @throws {Problem} 401 `invalid_credentials` where the credentials changed while they were being checked.
   */
  signIn(req: Request, credentials: Credentials, method: SignInMethod): Promise<void>;
  /** Ends the session in the database and clears the cookie; without a session it only clears. */
  signOut(req: Request, res: Response): Promise<void>;
}

export function createSignIn({
  config,
  users,
  now,
}: {
  config: Config;
  users: Users;
  now: () => Date;
}): SignIn {
  async function signIn(req: Request, credentials: Credentials, method: SignInMethod): Promise<void> {
    const { user, credentialsVersion } = credentials;
    await regenerate(req);
    req.session.signedIn = {
      userId: user.id,
      method,
      authenticatedAt: now(),
      emailVerified: user.emailVerified,
      credentialsVersion,
      ip: req.ip ?? null,
      userAgent: req.get('user-agent')?.slice(0, userAgentLength) ?? null,
    };
    await save(req);
    // A change of credentials ends every session. It either saw this one, or is seen here.
    if ((await users.findCredentialsVersion(user.id)) !== credentialsVersion) {
      await destroy(req);
      throw new Problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong.');
    }
    const request = currentRequest();
    if (request) request.userId = user.id;
  }

  async function signOut(req: Request, res: Response): Promise<void> {
    if (isStored(req)) await destroy(req);
    clearSessionCookie(res, config);
  }

  return { signIn, signOut };
}

/** Who is signed in on this request; throws 401 `not_signed_in` where nobody is. */
export function requireSignedIn(req: Request): SignedIn {
  const signedIn = req.session?.signedIn;
  if (!signedIn || !isStored(req)) throw notSignedIn();
  return signedIn;
}

/** The request's stored session as its owner sees it. */
export function viewOf(req: Request, limits: Limits): SessionView {
  const lifetime = req.sessionStore instanceof SessionStore && req.sessionStore.lifetimeOf(req.session);
  if (!lifetime) throw notSignedIn();
  return {
    id: storageId(req.sessionID),
    createdAt: lifetime.createdAt.toISOString(),
    idleExpiresAt: expiryOf(lifetime, limits).toISOString(),
    expiresAt: absoluteEndOf(lifetime, limits).toISOString(),
  };
}

function isStored(req: Request): boolean {
  return req.sessionStore instanceof SessionStore && req.sessionStore.isStored(req.session);
}
