import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Log } from '../../base/log.ts';
import { notSignedIn, Problem } from '../../base/problem.ts';
import type { ProblemKind } from '../../base/problem-kind.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { storageId } from '../../sessions/id.ts';
import type { Assertion } from '../../users/passkey-responses.ts';
import type { Passkeys } from '../../users/passkeys.ts';
import type { FactorsView, SecondFactors, ShownFactor, ShownRight } from '../../users/second-factors.ts';
import type { User } from '../../users/user.ts';
import type { RequestOptions } from '../../users/webauthn.ts';
import { callerOf } from '../../web/caller.ts';
import { requireUser, waitingOn } from '../../web/session/require-user.ts';
import { destroy } from '../../web/session/save.ts';
import { isRemembered, providerSessionOf } from '../../web/session/stored-state.ts';
import type { EventOf } from '../flow.ts';
import { tellCopiedPasskey } from '../shared/copied-passkey.ts';
import { type WouldDo, whatWouldDo } from '../shared/fresh.ts';
import { shared } from '../shared/manifest.ts';
import type { PasskeyChallenges } from '../shared/passkey-challenges.ts';
import {
  checkCurrentPassword,
  type ReauthenticationEvent,
  type ReauthenticationOptions,
} from '../shared/reauthentication.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { secondFactorMails } from './letters.ts';
import type { secondFactor as manifest } from './manifest.ts';
import { wrongCode } from './wrong-code.ts';

/** A second factor, or a passkey as one. */
export type AnyFactor = ShownFactor | { passkey: Assertion };

/** Showing a second factor, for the JSON routes and the pages alike. */
export interface SecondFactorSteps {
  /**
   * Signs in whose sign-in waits on this request; it gets a new session under a new id.
   *
   * @throws {Problem} 401 `invalid_code`; 401 `not_signed_in` where nothing waits, or the fifth was wrong; 429.
   */
  answer(req: Request, shown: AnyFactor): Promise<User>;
  /**
   * Makes the session of somebody who is signed in fresh, under a new id.
   *
   * @throws {Problem} 403 `wrong_password`, `invalid_code`; 429 `rate_limited`.
   */
  reauthenticate(req: Request, shown: AnyFactor | { currentPassword: string }): Promise<void>;
  /**
   * What a browser is asked for to show a passkey: of whose sign-in waits, or who is signed in.
   *
   * @throws {Problem} 401 `not_signed_in` where it is neither.
   */
  passkeyOptions(req: Request): Promise<RequestOptions>;
  /** @throws {Problem} 401 `not_signed_in`. */
  view(req: Request): Promise<FactorsView>;
  /** What would do, of somebody whose sign-in waits or who is signed in. @throws {Problem} 401 `not_signed_in`. */
  wouldDo(req: Request): Promise<readonly WouldDo[]>;
}

export interface SecondFactorStepsOptions extends ReauthenticationOptions {
  secondFactors: SecondFactors;
  passkeys: Passkeys;
  passkeyChallenges: PasskeyChallenges;
  log: Log;
  limits: Limits;
  sessions: SignIn;
  activity: Activity<EventOf<typeof manifest> | ReauthenticationEvent>;
  mailQueue: MailQueue<JobOf<typeof secondFactorMails>>;
}

export function createSecondFactorSteps(options: SecondFactorStepsOptions): SecondFactorSteps {
  const { secondFactors, passkeys, passkeyChallenges, users, limits, sessions, activity, mailQueue } =
    options;

  async function usePasskey(req: Request, userId: string, passkey: Assertion): Promise<ShownRight | null> {
    const challenge = await passkeyChallenges.spend(req, 'second_factor', passkey);
    const shown = await passkeys.use(userId, passkey, { challenge, alone: false });
    if (shown.outcome === 'right') return { method: 'passkey', recoveryCodesLeft: shown.recoveryCodesLeft };
    if (shown.outcome === 'copied') await tellCopiedPasskey(options, req, userId);
    return null;
  }

  /** Uses what is shown, within the limits on guessing. */
  async function use(
    req: Request,
    userId: string,
    shown: AnyFactor,
    wrong: ProblemKind,
  ): Promise<ShownRight> {
    const waits = waitingOn(req) !== undefined;
    const attempt = await limits.secondFactor({ userId, sessionId: storageId(req.sessionID), waits });
    if (!attempt) {
      await destroy(req);
      throw notSignedIn({ clearCookie: true });
    }
    const right =
      'passkey' in shown
        ? await usePasskey(req, userId, shown.passkey)
        : await secondFactors.use(userId, shown);
    if (!right) {
      await activity.record('second_factor_failed', userId, callerOf(req));
      if (attempt.isLast) await destroy(req);
      throw invalidCode(wrong, shown, attempt.isLast);
    }
    await attempt.succeeded();
    return right;
  }

  /** What was shown is told where it is used up by that. */
  async function tell(
    req: Request,
    { id: userId, email: to, emailVerified: confirmed }: User,
    right: ShownRight,
  ) {
    if (right.method !== 'recovery_code') return;
    await activity.record('recovery_code_used', userId, callerOf(req));
    const what = { what: 'recovery_code_used', left: right.recoveryCodesLeft } as const;
    await mailQueue.enqueue({ kind: 'factor_changed', userId, to, confirmed, ...what });
  }

  async function answer(req: Request, shown: AnyFactor): Promise<User> {
    const waiting = waitingOn(req);
    if (!waiting) throw notSignedIn();
    const { userId, credentialsVersion, methods: earlier } = waiting;
    const credentials = await users.findCredentialsById(userId);
    // What was shown first is worth nothing any more where the credentials have changed since.
    if (credentials?.credentialsVersion !== credentialsVersion) {
      await destroy(req);
      throw notSignedIn({ clearCookie: true });
    }
    // Read before the session is another.
    const kept = { remember: isRemembered(req.session), providerSession: providerSessionOf(req.session) };
    const right = await use(req, userId, shown, shared.problems.invalid_code);
    const methods = [right.method];
    const overtaken = () => notSignedIn({ clearCookie: true });
    await sessions.complete(req, { credentials, methods, assurance: 2, earlier, ...kept, overtaken });
    await tell(req, credentials.user, right);
    return credentials.user;
  }

  async function reauthenticate(req: Request, shown: AnyFactor | { currentPassword: string }): Promise<void> {
    const { userId } = requireUser(req);
    if ('currentPassword' in shown) {
      await sessions.renew(req, await checkCurrentPassword(options, req, shown.currentPassword));
    } else {
      const credentials = await users.findCredentialsById(userId);
      if (!credentials) throw notSignedIn({ clearCookie: true });
      const right = await use(req, userId, shown, wrongCode);
      await sessions.renew(req, credentials, [right.method]);
      await tell(req, credentials.user, right);
    }
    await activity.record('reauthenticated', userId, callerOf(req));
  }

  return {
    answer,
    reauthenticate,
    passkeyOptions: async (req) => {
      const userId = waitingOn(req)?.userId ?? requireUser(req).userId;
      return passkeys.requestOptions(passkeyChallenges.begin(req, 'second_factor'), userId);
    },
    view: async (req) => {
      const found = await secondFactors.view(requireUser(req).userId);
      if (!found) throw notSignedIn({ clearCookie: true });
      return found;
    },
    wouldDo: async (req) => {
      const waiting = waitingOn(req);
      const credentials = await users.findCredentialsById(waiting?.userId ?? requireUser(req).userId);
      if (!credentials) throw notSignedIn({ clearCookie: true });
      return waiting ? credentials.secondFactors : whatWouldDo(credentials);
    },
  };
}

/** The answer to a code that is wrong, or was used before. */
export function invalidCode(kind: ProblemKind, shown: AnyFactor, isOver = false): Problem {
  const path = 'passkey' in shown ? 'passkey' : 'code' in shown ? 'code' : 'recoveryCode';
  const isCode = path !== 'passkey';
  const wrong = isCode
    ? 'The code is wrong, or was used before. Wait for the next one, or use another.'
    : 'The passkey was not accepted. Try again, or show something else.';
  const detail = isOver ? 'It was wrong too many times. Sign in again.' : wrong;
  const message = isCode ? 'is wrong, or was used before' : 'was not accepted';
  return new Problem(kind, detail, { clearCookie: isOver, errors: [{ path, message }] });
}
