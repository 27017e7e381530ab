import type { UserRecords } from '../store/contract.ts';
import type { IdentityRecord, NewTotpRecord } from '../store/credential-records.ts';
import { createFactorsChange } from './change-factors.ts';
import { type FactorName, factorsOf, hasWayIn, namesOf, type Without } from './factors.ts';
import { type PasskeyView, passkeyView } from './passkey-view.ts';
import { withoutCode } from './recovery-codes.ts';
import { type FirstCode, isWaiting, type NewTotp, type Totp } from './totp.ts';
import type { User } from './user.ts';

/** What somebody shows as a second factor. */
export type ShownFactor = { code: string } | { recoveryCode: string };

/** A second factor that was shown, and is used up by that where it works once. */
export interface ShownRight {
  readonly method: FactorName;
  /** How many recovery codes are left. */
  readonly recoveryCodesLeft: number;
}

/** What users can show beside the password, without any secret of it. */
export interface FactorsView {
  readonly password: boolean;
  readonly totp: { readonly createdAt: Date; readonly lastUsedAt: Date } | null;
  readonly passkeys: readonly PasskeyView[];
  readonly recoveryCodesLeft: number;
  readonly providers: readonly Omit<IdentityRecord, 'key'>[];
  /** Whether somebody could sign in without the password. */
  readonly worksWithoutPassword: boolean;
}

/** Second factors, to be looked at and shown. Changes of what there is are changes of credentials, of the flow second-factor. */
export interface SecondFactors {
  /** Null where the user is gone. */
  view(userId: string): Promise<FactorsView | null>;
  /** Whether somebody could still sign in without it; false where the user is gone. */
  hasWayIn(userId: string, without: Without): Promise<boolean>;
  /** Uses a factor; of ten that show the same one at once, over instances too, it is right for one. Null where it is wrong. */
  use(userId: string, shown: ShownFactor): Promise<ShownRight | null>;
  /** Makes a secret that waits for its first code, in the place of one that waits; null where the user is gone. */
  beginTotp(user: User): Promise<NewTotp | null>;
  /** The secret that waits for its first code; null where none does. */
  newTotp(user: User): Promise<NewTotp | null>;
  /** What a right first code of the secret that waits says; null for a wrong one, or where none waits. */
  firstCode(userId: string, code: string): Promise<FirstCode | null>;
}

export interface SecondFactorsOptions {
  records: UserRecords;
  totp: Totp;
  /** Of the providers that there are. */
  providerIds: ReadonlySet<string>;
  now: () => Date;
}

export function createSecondFactors(options: SecondFactorsOptions): SecondFactors {
  const { records, totp, providerIds, now } = options;
  const change = createFactorsChange(records);

  async function waitingTotp(userId: string): Promise<NewTotpRecord | null> {
    const waiting = (await records.find(userId))?.credentials.factors?.newTotp;
    return waiting && isWaiting(waiting.createdAt, now()) ? waiting : null;
  }

  async function useCode(userId: string, code: string): Promise<ShownRight | null> {
    return change(userId, async ({ totp: kept, recoveryCodes }) => {
      const at = now();
      const usedStep = kept ? totp.stepOf(code, kept.secret, userId, at, kept.usedStep) : null;
      if (!kept || usedStep === null) return null;
      // So that a rotation of our secrets is over for it with its next use.
      const secret = totp.resealed(kept.secret, userId);
      const to = { totp: { ...kept, secret, usedStep, lastUsedAt: at } };
      return { to, result: { method: 'totp', recoveryCodesLeft: recoveryCodes.length } };
    });
  }

  async function useRecoveryCode(userId: string, code: string): Promise<ShownRight | null> {
    return change(userId, async (factors) => {
      if (!namesOf(factors).includes('recovery_code')) return null;
      const recoveryCodes = await withoutCode(factors.recoveryCodes, code);
      if (!recoveryCodes) return null;
      const result = { method: 'recovery_code', recoveryCodesLeft: recoveryCodes.length } as const;
      return { to: { recoveryCodes }, result };
    });
  }

  return {
    view: async (userId) => {
      const found = await records.find(userId);
      if (!found) return null;
      const { totp: kept, passkeys, recoveryCodes, identities = [] } = factorsOf(found.credentials);
      return {
        password: found.credentials.password !== undefined,
        totp: kept ? { createdAt: kept.createdAt, lastUsedAt: kept.lastUsedAt } : null,
        passkeys: passkeys.map(passkeyView),
        recoveryCodesLeft: recoveryCodes.length,
        providers: identities.map(({ key: _key, ...identity }) => identity),
        worksWithoutPassword: hasWayIn(found.credentials, providerIds, { password: true }),
      };
    },
    hasWayIn: async (userId, without) => {
      const found = await records.find(userId);
      return found !== null && hasWayIn(found.credentials, providerIds, without);
    },
    use: (userId, shown) =>
      'code' in shown ? useCode(userId, shown.code) : useRecoveryCode(userId, shown.recoveryCode),
    beginTotp: async (user) =>
      change(user.id, async () => {
        const { shown, sealed } = totp.make(user);
        return { to: { newTotp: { secret: sealed, createdAt: now() } }, result: shown };
      }),
    newTotp: async (user) => {
      const waiting = await waitingTotp(user.id);
      return waiting && totp.show(waiting.secret, user);
    },
    firstCode: async (userId, code) => {
      const waiting = await waitingTotp(userId);
      const usedStep = waiting ? totp.stepOf(code, waiting.secret, userId, now()) : null;
      return waiting && usedStep !== null ? { secret: waiting.secret, usedStep } : null;
    },
  };
}
