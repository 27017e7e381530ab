import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { ConfigFor } from '../../base/config.ts';
import { notSignedIn } from '../../base/problem.ts';
import { currentRequest } from '../../base/request.ts';
import type { Successor } from '../../sessions/change-credentials.ts';
import type { Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import { beingChanged, type CredentialLocks } from '../../users/credential-lock.ts';
import type { Credentials, User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { clearSessionCookie } from '../../web/session/cookie.ts';
import { settled } from '../../web/session/line.ts';
import { isStored } from '../../web/session/require-user.ts';
import { destroy } from '../../web/session/save.ts';
import { noteUser } from '../../web/session/stored-state.ts';
import { createKnownDevices } from './known-device.ts';
import { anew, createNewSessions, type Waiting } from './new-sessions.ts';
import { accountDisabled, invalidCredentials, type Proof } from './way-in.ts';

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
   * @throws {Problem} 403 `account_disabled`; 401 `invalid_credentials` where the credentials changed while they were
   * being checked; 503 `unavailable` where a change of them has died just now; what making the account throws.
   * @returns what is waited for, or null where somebody is signed in now.
   */
  complete(req: Request, proof: Proof): Promise<Waiting | null>;
  /**
   * The same for somebody who is signed in and has just shown something anew, the password unless another is named;
   * the application's data stays, what was shown before, and that the session ends with the browser.
   *
   * @param shownBy the session with a provider by which it was shown, hashed.
   * @throws {Problem} 401 `not_signed_in` where somebody else has ended the session meanwhile: it stays so.
   */
  renew(req: Request, credentials: Credentials, shown?: readonly string[], shownBy?: string): Promise<void>;
  /**
   * The same while the credentials are being changed, for a session that is good once they are.
   *
   * @param before as they stand until then.
   */
  succeed(req: Request, before: Credentials, shown?: readonly string[]): Promise<Successor>;
  /**
   * The same for a session that has ended by a change of the very user who asks.
   *
   * @throws {Problem} 401 `not_signed_in` where the user is kept out: its sessions have ended by that as well.
   */
  reopen(req: Request, credentials: Credentials): Promise<void>;
  /** Ends the session in the database and clears the cookie; without a session it only clears. */
  signOut(req: Request, res: Response): Promise<void>;
  /** Drops a session that has ended in the database already, and clears the cookie. */
  drop(req: Request, res: Response): void;
}

export interface SignInOptions {
  config: ConfigFor<'http' | 'sessions'>;
  locks: CredentialLocks;
  devices: Devices;
  activity: Activity<'sign_up' | 'sign_in' | 'sign_in_failed' | 'sign_out'>;
  now: () => Date;
}

export function createSignIn({ config, locks, devices, activity, now }: SignInOptions): SignIn {
  const knownDevices = createKnownDevices(config);
  const { open, replace, wait } = createNewSessions({ devices, now });

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
    if (credentials.disabled) {
      await activity.record('sign_in_failed', credentials.user.id, callerOf(req));
      throw accountDisabled();
    }
    if (assurance === 1 && credentials.secondFactors.length > 0) return wait(req, proof);
    if (makeAccount) await openForNewAccount(req, proof, makeAccount);
    else {
      // What was shown before was shown in the session that the request has.
      await (proof.earlier ? replace : open)(req, proof);
      await settle(req, proof);
    }
    const event = makeAccount ? 'sign_up' : 'sign_in';
    await activity.record(event, proof.credentials.user.id, callerOf(req));
    return null;
  }

  async function settle(req: Request, proof: Proof): Promise<void> {
    await requireUnchanged(req, proof);
    signedIn(req, proof.credentials);
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

  return {
    complete,
    renew: async (req, credentials, methods, shownBy) => {
      const { proof, data } = anew(req, credentials, methods, shownBy);
      await replace(req, proof, data);
      await settle(req, proof);
    },
    succeed: async (req, { credentialsVersion, ...before }, methods) => {
      const credentials = { ...before, credentialsVersion: credentialsVersion + 1 };
      const { proof, data } = anew(req, credentials, methods);
      await replace(req, proof, data);
      const id = storageId(req.sessionID);
      return {
        id,
        keep: () => signedIn(req, credentials),
        // The request keeps its data, for a session that it is given all the same.
        drop: async () => void (await devices.end(credentials.user.id, id)),
      };
    },
    reopen: async (req, credentials) => {
      if (credentials.disabled) throw notSignedIn({ clearCookie: true });
      const { proof, data } = anew(req, credentials);
      await open(req, proof, data);
      await settle(req, proof);
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
