import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { ConfigFor } from '../../base/config.ts';
import { notSignedIn } from '../../base/problem.ts';
import { currentRequest } from '../../base/request.ts';
import type { Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import { decideSignedIn } from '../../sessions/signed-in.ts';
import type { Proven } from '../../store/records.ts';
import { beingChanged, type CredentialLocks } from '../../users/credential-lock.ts';
import { assuranceOf, type FactorName } from '../../users/factors.ts';
import type { Credentials, User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { clearSessionCookie } from '../../web/session/cookie.ts';
import { settled } from '../../web/session/line.ts';
import { isStored, signedInOn } from '../../web/session/require-user.ts';
import { destroy, regenerate, save } from '../../web/session/save.ts';
import {
  define,
  isRemembered,
  markUnremembered,
  noteUser,
  noteWaiting,
} from '../../web/session/stored-state.ts';
import { createKnownDevices } from './known-device.ts';
import { byPassword, invalidCredentials, type Proof } from './way-in.ts';

/** Signing in, by whatever way, and out: the only writers of who a session belongs to. */
export interface SignIn {
  /**
   * Gives the request a new session of whose proof it is, under a new id, stored; the old one is dead (ASVS 7.2.4).
   * Where one factor was shown and there is a second, nobody is signed in yet: the session waits for it.
   *
   * Of somebody who signs up the account comes last: where anything fails there is none, so that the same sign-up may
   * be tried again, and once it is there nothing is left that can fail. A session without an account is of no use to
   * anybody.
   *
   * @throws {Problem} 401 `invalid_credentials` where the credentials changed while they were being checked, 503
   * `unavailable` where a change of them has died just now; what making the account throws.
   * @returns what is waited for, or null where somebody is signed in now.
   */
  complete(req: Request, proof: Proof): Promise<Waiting | null>;
  /**
   * The same for somebody who is signed in and has just shown something anew, the password unless another is named;
   * the application's data stays, what was shown before, and that the session ends with the browser.
   */
  renew(req: Request, credentials: Credentials, shown?: readonly string[]): Promise<void>;
  /**
   * The same, where nothing but this may have ended the session: one that somebody else has ended stays so.
   *
   * @throws {Problem} 401 `not_signed_in`.
   */
  prolong(req: Request, credentials: Credentials, shown?: readonly string[]): Promise<void>;
  /** Ends the session in the database and clears the cookie; without a session it only clears. */
  signOut(req: Request, res: Response): Promise<void>;
  /** Drops a session that has ended in the database already, and clears the cookie. */
  drop(req: Request, res: Response): void;
}

/** A sign-in that waits for its second factor. */
export interface Waiting {
  readonly next: 'second_factor';
  /** What would do. */
  readonly factors: readonly FactorName[];
}

export interface SignInOptions {
  config: ConfigFor<'http' | 'sessions'>;
  locks: CredentialLocks;
  devices: Devices;
  activity: Activity<'sign_up' | 'sign_in' | 'sign_out'>;
  now: () => Date;
}

export function createSignIn({ config, locks, devices, activity, now }: SignInOptions): SignIn {
  const knownDevices = createKnownDevices(config);

  /** @param data of the application, which the new session takes over. */
  async function open(req: Request, proof: Proof, data: object = {}): Promise<void> {
    const { credentials, remember = true } = proof;
    const { user, credentialsVersion } = credentials;
    await regenerate(req);
    if (!remember) markUnremembered(req.session);
    for (const [key, value] of Object.entries(data)) define(req.session, key, value);
    const at = now();
    const methods = provenBy(proof, at);
    req.session.signedIn = decideSignedIn({
      userId: user.id,
      methods,
      assurance: proof.assurance === 2 ? 2 : assuranceOf(methods),
      authenticatedAt: at,
      credentialsVersion,
      ...callerOf(req),
    });
    noteUser(req.session, user);
    await save(req);
  }

  /** A session that nobody is signed in with, of somebody who has shown one factor of two. */
  async function wait(req: Request, proof: Proof): Promise<Waiting> {
    const { credentials, remember = true } = proof;
    const { user, credentialsVersion, secondFactors } = credentials;
    await regenerate(req);
    if (!remember) markUnremembered(req.session);
    noteWaiting(req.session, { userId: user.id, methods: provenBy(proof, now()), credentialsVersion });
    await save(req);
    return { next: 'second_factor', factors: secondFactors };
  }

  async function openForAccount(req: Request, proof: Proof, data?: object): Promise<void> {
    await open(req, proof, data);
    await requireUnchanged(req, proof);
    signedIn(req, proof.credentials);
  }

  async function openForNewAccount(req: Request, proof: Proof, makeAccount: () => Promise<void>) {
    await open(req, proof);
    try {
      await makeAccount();
    } catch (error) {
      await destroy(req).catch(() => undefined);
      throw error;
    }
    signedIn(req, proof.credentials);
  }

  async function complete(req: Request, proof: Proof): Promise<Waiting | null> {
    const { makeAccount, assurance, credentials } = proof;
    if (assurance === 1 && credentials.secondFactors.length > 0) return wait(req, proof);
    if (makeAccount) await openForNewAccount(req, proof, makeAccount);
    else await openForAccount(req, proof);
    const event = makeAccount ? 'sign_up' : 'sign_in';
    await activity.record(event, proof.credentials.user.id, callerOf(req));
    return null;
  }

  /** Tells the log whose request it is, and the browser that it is a device of this account from now on. */
  function signedIn(req: Request, credentials: Credentials): void {
    tellLog(credentials.user);
    knownDevices.remember(req, credentials);
  }

  /** A change of credentials ends every session. It either saw this one, or is seen here. */
  async function requireUnchanged(req: Request, { credentials, overtaken }: Proof): Promise<void> {
    const { user, credentialsVersion } = credentials;
    const [state] = await Promise.all([
      locks.settled(user.id),
      devices.endExcess(user.id, storageId(req.sessionID)),
    ]);
    if (state?.version !== credentialsVersion || state.locked) {
      await destroy(req);
      if (state?.locked) throw beingChanged();
      throw (overtaken ?? invalidCredentials)();
    }
    // It may have been renamed or confirmed since the look at it.
    noteUser(req.session, state.user);
  }

  function drop(req: Request, res: Response): void {
    Reflect.deleteProperty(req, 'session');
    clearSessionCookie(res, config);
  }

  const renew: SignIn['renew'] = (req, credentials, methods = byPassword.methods) => {
    const { cookie: _cookie, signedIn: _signedIn, ...data } = req.session;
    const remember = isRemembered(req.session);
    const { methods: earlier, assurance = 1 } = signedInOn(req) ?? {};
    return openForAccount(req, { credentials, methods, assurance, earlier, remember }, data);
  };

  return {
    complete,
    renew,
    prolong: async (req, credentials, methods) => {
      // Of all that end it one does, and only that one goes on.
      if (!(await devices.end(credentials.user.id, storageId(req.sessionID)))) throw notSignedIn();
      await renew(req, credentials, methods);
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

/** All that was shown, each at its latest time, oldest first. */
function provenBy({ methods, earlier = [] }: Proof, at: Date): Proven[] {
  const before = earlier.filter(({ method }) => !methods.includes(method));
  return [...before, ...methods.map((method) => ({ method, at }))];
}

/** Tells the log whose request it is. */
function tellLog(user: User): void {
  const request = currentRequest();
  if (request) request.userId = user.id;
}
