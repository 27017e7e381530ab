import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { ConfigFor } from '../../base/config.ts';
import { notSignedIn, Problem } from '../../base/problem.ts';
import { currentRequest } from '../../base/request.ts';
import type { Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import { absoluteEndOf, expiryOf, type SessionLimits } from '../../sessions/lifetime.ts';
import { decideSignedIn } from '../../sessions/signed-in.ts';
import { beingChanged, type CredentialLocks } from '../../users/credential-lock.ts';
import type { UserDraft } from '../../users/repository.ts';
import type { Credentials, User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { clearSessionCookie } from '../../web/session/cookie.ts';
import { settled } from '../../web/session/line.ts';
import { isStored } from '../../web/session/require-user.ts';
import { destroy, regenerate, save } from '../../web/session/save.ts';
import {
  define,
  isRemembered,
  markUnremembered,
  memoryOf,
  noteUser,
} from '../../web/session/stored-state.ts';
import { createKnownDevices } from './known-device.ts';

/** A session as its owner sees it; times are ISO 8601 UTC, and `id` is no credential. */
export interface SessionView {
  id: string;
  createdAt: string;
  idleExpiresAt: string;
  expiresAt: string;
}

/** Signing in and out: the only writers of who a session belongs to. */
export interface SignIn {
  /**
   * Gives the request a new session of that user under a new id, stored; the old one is dead (ASVS 7.2.4).
   *
   * @param remember false has it end with the browser, and after 12 hours in any case.
   * @throws {Problem} 401 `invalid_credentials` where the credentials changed while they were being checked, 503
   * `unavailable` where a change of them has died just now.
   */
  signIn(req: Request, credentials: Credentials, remember?: boolean): Promise<void>;
  /**
   * Stores a new user and gives the request its first session.
   *
   * The account comes last: where anything fails there is none, so that the same sign-up may be tried again, and
   * once it is there nothing is left that can fail. A session without an account is of no use to anybody.
   */
  signUp(req: Request, draft: UserDraft): Promise<void>;
  /**
   * The same for somebody who is signed in and has just shown the password; the application's data stays, and so
   * does that the session ends with the browser.
   */
  renew(req: Request, credentials: Credentials): Promise<void>;
  /** Ends the session in the database and clears the cookie; without a session it only clears. */
  signOut(req: Request, res: Response): Promise<void>;
  /** Drops a session that has ended in the database already, and clears the cookie. */
  drop(req: Request, res: Response): void;
}

export interface SignInOptions {
  config: ConfigFor<'http' | 'sessions'>;
  locks: CredentialLocks;
  devices: Devices;
  activity: Activity<'sign_up' | 'sign_in' | 'sign_out'>;
  now: () => Date;
}

/** How a session begins. */
interface Opening {
  remember?: boolean;
  /** The application's own. */
  data?: object;
}

export function createSignIn({ config, locks, devices, activity, now }: SignInOptions): SignIn {
  const knownDevices = createKnownDevices(config);

  async function open(
    req: Request,
    credentials: Credentials,
    { remember = true, data = {} }: Opening = {},
  ): Promise<void> {
    const { user, credentialsVersion } = credentials;
    await regenerate(req);
    if (!remember) markUnremembered(req.session);
    for (const [key, value] of Object.entries(data)) define(req.session, key, value);
    const at = now();
    req.session.signedIn = decideSignedIn({
      userId: user.id,
      methods: [{ method: 'password', at }],
      assurance: 1,
      authenticatedAt: at,
      credentialsVersion,
      ...callerOf(req),
    });
    noteUser(req.session, user);
    await save(req);
  }

  async function start(req: Request, credentials: Credentials, opening: Opening): Promise<void> {
    await open(req, credentials, opening);
    await requireUnchanged(req, credentials);
    signedIn(req, credentials);
  }

  async function signUp(req: Request, { credentials, store }: UserDraft): Promise<void> {
    await open(req, credentials);
    try {
      await store();
    } catch (error) {
      await destroy(req).catch(() => undefined);
      throw error;
    }
    signedIn(req, credentials);
    await activity.record('sign_up', credentials.user.id, callerOf(req));
  }

  /** Tells the log whose request it is, and the browser that it is a device of this account from now on. */
  function signedIn(req: Request, credentials: Credentials): void {
    tellLog(credentials.user);
    knownDevices.remember(req, credentials);
  }

  /** A change of credentials ends every session. It either saw this one, or is seen here. */
  async function requireUnchanged(req: Request, { user, credentialsVersion }: Credentials): Promise<void> {
    const [state] = await Promise.all([
      locks.settled(user.id),
      devices.endExcess(user.id, storageId(req.sessionID)),
    ]);
    if (state?.version !== credentialsVersion || state.locked) {
      await destroy(req);
      if (state?.locked) throw beingChanged();
      throw new Problem('invalid_credentials', 'The e-mail address or the password is wrong.');
    }
    // It may have been renamed or confirmed since the look at it.
    noteUser(req.session, state.user);
  }

  function drop(req: Request, res: Response): void {
    Reflect.deleteProperty(req, 'session');
    clearSessionCookie(res, config);
  }

  return {
    signIn: async (req, credentials, remember = true) => {
      await start(req, credentials, { remember });
      await activity.record('sign_in', credentials.user.id, callerOf(req));
    },
    signUp,
    renew: (req, credentials) => {
      const { cookie: _cookie, signedIn: _signedIn, ...data } = req.session;
      return start(req, credentials, { remember: isRemembered(req.session), data });
    },
    signOut: async (req, res) => {
      await settled(req);
      const signedIn = isStored(req) ? req.session.signedIn : undefined;
      if (isStored(req)) await destroy(req);
      clearSessionCookie(res, config);
      if (signedIn) await activity.record('sign_out', signedIn.userId, callerOf(req));
    },
    drop,
  };
}

/** Tells the log whose request it is. */
function tellLog(user: User): void {
  const request = currentRequest();
  if (request) request.userId = user.id;
}

/** The request's stored session as its owner sees it. */
export function viewOf(req: Request, limits: SessionLimits): SessionView {
  const stored = req.session && memoryOf(req.session);
  if (!stored) throw notSignedIn();
  const { id, lifetime } = stored;
  return {
    id,
    createdAt: lifetime.createdAt.toISOString(),
    idleExpiresAt: expiryOf(lifetime, limits).toISOString(),
    expiresAt: absoluteEndOf(lifetime, limits).toISOString(),
  };
}
