import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import {
  addCredentials,
  type ChangeCredentialsOptions,
  changeCredentials,
} from '../../sessions/change-credentials.ts';
import { storageId } from '../../sessions/id.ts';
import type { Factors } from '../../store/credential-records.ts';
import { beingChanged } from '../../users/credential-lock.ts';
import { whatIsLeft } from '../../users/factors.ts';
import { firstRecoveryCodes, makeRecoveryCodes } from '../../users/recovery-codes.ts';
import type { SecondFactors } from '../../users/second-factors.ts';
import { inForce, type NewTotp } from '../../users/totp.ts';
import { requireUser } from '../../web/session/require-user.ts';
import type { EventOf } from '../flow.ts';
import { type FreshOptions, requireFresh, requireFreshSecond, requireStillThere } from '../shared/fresh.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { secondFactorMails } from './letters.ts';
import type { secondFactor as manifest } from './manifest.ts';
import { invalidCode } from './service.ts';
import { createToldChange } from './told-change.ts';
import { wrongCode } from './wrong-code.ts';

/** Changes of what somebody can show beside the password. Each is told by mail, and is in the activity. */
export interface FactorChanges {
  /** @throws {Problem} 403 `reauthentication_needed`, as all that follow but the confirmation of a first factor. */
  beginTotp(req: Request): Promise<NewTotp>;
  /** The secret that waits for its first code, to be shown again; null where none does. */
  newTotp(req: Request): Promise<NewTotp | null>;
  /**
   * Puts the secret that waits in force, by its first code; this session gets a new id. It need not be fresh any more,
   * unless there is a second factor: that may have come since the secret was begun.
   *
   * @returns recovery codes for who had none, else an empty list.
   * @throws {Problem} 403 `invalid_code`, also where none has waited for the last 10 minutes; 429 `rate_limited`.
   */
  confirmTotp(req: Request, code: string): Promise<string[]>;
  /** Every other session ends; this one gets a new id. */
  removeTotp(req: Request): Promise<void>;
  /** The ones before are void. */
  makeRecoveryCodes(req: Request): Promise<string[]>;
}

export interface FactorChangesOptions extends ChangeCredentialsOptions, FreshOptions {
  secondFactors: SecondFactors;
  limits: Limits;
  sessions: SignIn;
  activity: Activity<EventOf<typeof manifest>>;
  mailQueue: MailQueue<JobOf<typeof secondFactorMails>>;
}

export function createFactorChanges(options: FactorChangesOptions): FactorChanges {
  const { users, now, secondFactors, limits, sessions } = options;
  const { tell, requireChanged } = createToldChange(options);

  async function beginTotp(req: Request): Promise<NewTotp> {
    const { user } = await requireFresh(options, req);
    const made = await secondFactors.beginTotp(user);
    if (!made) throw beingChanged();
    return made;
  }

  async function confirmTotp(req: Request, code: string): Promise<string[]> {
    const signedIn = requireUser(req);
    const { userId } = signedIn;
    const before = await users.findCredentialsById(userId);
    // Before the limit, which counts guesses.
    if (before) requireFreshSecond(signedIn, before, now());
    await requireStillThere(options, req);
    const attempt = await limits.secondFactor({ userId, sessionId: storageId(req.sessionID), waits: false });
    const first = await secondFactors.firstCode(userId, code);
    if (!before || !first) throw invalidCode(wrongCode, { code });
    await attempt?.succeeded();
    const made = await firstRecoveryCodes(before);
    let areNew = false;
    // Another app takes the place of the one before, which is taken away by that.
    const change = before.secondFactors.includes('totp') ? changeCredentials : addCredentials;
    const factors = (factors: Factors) => {
      const totp = inForce(factors, first, now());
      areNew = factors.recoveryCodes.length === 0;
      const recoveryCodes = areNew ? made.records : factors.recoveryCodes;
      return totp && { totp, newTotp: undefined, recoveryCodes };
    };
    const succeed = () => sessions.succeed(req, before, ['totp']);
    requireChanged(await change(options, userId, before.credentialsVersion, { factors }, succeed));
    await tell(req, before, 'totp_added');
    return areNew ? made.codes : [];
  }

  async function removeTotp(req: Request): Promise<void> {
    const before = await requireFresh(options, req);
    if (!before.secondFactors.includes('totp')) return;
    const factors = (now: Factors) => whatIsLeft({ ...now, totp: undefined });
    const succeed = () => sessions.succeed(req, before, []);
    requireChanged(
      await changeCredentials(options, before.user.id, before.credentialsVersion, { factors }, succeed),
    );
    await tell(req, before, 'totp_removed');
  }

  async function makeCodes(req: Request): Promise<string[]> {
    const before = await requireFresh(options, req);
    const { codes, records } = await makeRecoveryCodes();
    const factors = () => ({ recoveryCodes: records });
    requireChanged(await addCredentials(options, before.user.id, before.credentialsVersion, { factors }));
    await tell(req, before, 'recovery_codes_made');
    return codes;
  }

  const newTotp = async (req: Request) => secondFactors.newTotp((await requireFresh(options, req)).user);

  return { beginTotp, newTotp, confirmTotp, removeTotp, makeRecoveryCodes: makeCodes };
}
