import type { Request } from 'express';
import { notSignedIn } from '../../base/problem.ts';
import type { Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import { decideSignedIn } from '../../sessions/signed-in.ts';
import type { Proven } from '../../store/records.ts';
import { assuranceOf, type FactorName } from '../../users/factors.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import { destroy, regenerate, save } from '../../web/session/save.ts';
import {
  define,
  isRemembered,
  markUnremembered,
  noteProviderSession,
  noteUser,
  noteWaiting,
  providerSessionOf,
} from '../../web/session/stored-state.ts';
import { keptOf } from './providers/provider-session.ts';
import { byPassword, type Proof } from './way-in.ts';

/** A sign-in that waits for its second factor. */
export interface Waiting {
  readonly next: 'second_factor';
  /** What would do. */
  readonly factors: readonly FactorName[];
}

/** The ways in which a request comes to a session of somebody: each under a new id, stored. */
export interface NewSessions {
  /**
   * A session of whose proof it is; the one that the request has, if any, ends before.
   *
   * @param data of the application, which the new session takes over.
   */
  open(req: Request, proof: Proof, data?: object): Promise<void>;
  /**
   * The same in the place of the request's session. The new one is stored first: who ends all of a user's meets one of
   * the two at any time. Of all that end the old one, one does, and only that one goes on. Where this dies in between,
   * the old one lives, and nobody has the id of the new one.
   *
   * @throws {Problem} 401 `not_signed_in` where the old one has been ended.
   */
  replace(req: Request, proof: Proof, data?: object): Promise<void>;
  /** A session that nobody is signed in with, of somebody who has shown one factor of two. */
  wait(req: Request, proof: Proof): Promise<Waiting>;
}

export interface NewSessionsOptions {
  devices: Devices;
  now: () => Date;
}

export function createNewSessions({ devices, now }: NewSessionsOptions): NewSessions {
  /** Makes the request's new session one of whose proof it is, and stores it. */
  async function fill(req: Request, proof: Proof, data: object = {}): Promise<void> {
    const { credentials, remember = true, providerSession } = proof;
    const { user, credentialsVersion } = credentials;
    if (!remember) markUnremembered(req.session);
    if (providerSession !== undefined) noteProviderSession(req.session, providerSession);
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

  return {
    open: async (req, proof, data) => {
      await regenerate(req);
      await fill(req, proof, data);
    },
    replace: async (req, proof, data) => {
      const old = storageId(req.sessionID);
      req.sessionStore.generate(req);
      await fill(req, proof, data);
      try {
        if (!(await devices.end(proof.credentials.user.id, old))) throw notSignedIn();
      } catch (error) {
        await destroy(req).catch(() => undefined);
        throw error;
      }
    },
    wait: async (req, proof) => {
      const { credentials, remember = true, providerSession } = proof;
      const { user, credentialsVersion, secondFactors } = credentials;
      await regenerate(req);
      if (!remember) markUnremembered(req.session);
      if (providerSession !== undefined) noteProviderSession(req.session, providerSession);
      noteWaiting(req.session, { userId: user.id, methods: provenBy(proof, now()), credentialsVersion });
      await save(req);
      return { next: 'second_factor', factors: secondFactors };
    },
  };
}

/**
 * What somebody who is signed in has shown, with what is shown now, and the application's data of the session.
 *
 * @param shownBy the session with a provider by which it is shown now.
 */
export function anew(
  req: Request,
  credentials: Credentials,
  methods: readonly string[] = byPassword.methods,
  shownBy?: string,
) {
  const { cookie: _cookie, signedIn: _signedIn, ...data } = req.session;
  const remember = isRemembered(req.session);
  const { methods: earlier, assurance = 1 } = signedInOn(req) ?? {};
  const providerSession = keptOf(providerSessionOf(req.session), shownBy);
  return { proof: { credentials, methods, assurance, earlier, remember, providerSession }, data };
}

/** All that was shown, each at its latest time, oldest first. */
function provenBy({ methods, earlier = [] }: Proof, at: Date): Proven[] {
  const before = earlier.filter(({ method }) => !methods.includes(method));
  return [...before, ...methods.map((method) => ({ method, at }))];
}
