import { randomBytes } from 'node:crypto';
import type { Factors, UserCredentials } from '../store/credential-records.ts';

/** What can be asked for after a first factor, as `factors` of an answer and `methods` of a session name it. Stable. */
export type FactorName = 'totp' | 'passkey' | 'recovery_code';

/** Of a user who has nothing but a password. */
export const noFactors: Factors = { revision: 0, changedBy: '', recoveryCodes: [], passkeys: [] };

/** What somebody can show beside a password. */
export function factorsOf({ factors = noFactors }: UserCredentials): Factors {
  return factors;
}

const second: readonly string[] = ['totp', 'passkey', 'recovery_code'] satisfies FactorName[];

/** True for a method that shows a second factor. */
export const isSecondFactor = (method: string) => second.includes(method);

/** 2 where a first and a second factor were shown. A passkey that has verified its user says 2 by itself. */
export function assuranceOf(methods: readonly { readonly method: string }[]): 1 | 2 {
  const isBoth = methods.some((each) => isSecondFactor(each.method));
  return isBoth && methods.some((each) => !isSecondFactor(each.method)) ? 2 : 1;
}

/** What a user would be asked for; recovery codes alone are none, since they stand in for another. */
export function namesOf({ totp, passkeys, recoveryCodes }: Factors): FactorName[] {
  const own: FactorName[] = [
    ...(totp ? (['totp'] as const) : []),
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
  ];
  return own.length > 0 && recoveryCodes.length > 0 ? [...own, 'recovery_code'] : own;
}

/** A way in that is left out of account. */
export interface Without {
  readonly password?: true;
  /** By its id. */
  readonly passkey?: string;
  /** By its id. */
  readonly provider?: string;
}

/**
 * True where somebody can sign in by something else: the password, a passkey that works alone, or a provider. A mailed
 * code is none of them, since a setting of the service decides about it.
 *
 * @param providers that there are, by their ids.
 */
export function hasWayIn(
  credentials: UserCredentials,
  providers: ReadonlySet<string>,
  without: Without,
): boolean {
  const { passkeys, identities = [] } = factorsOf(credentials);
  return (
    (credentials.password !== undefined && !without.password) ||
    passkeys.some(({ id, worksAlone }) => worksAlone && id !== without.passkey) ||
    identities.some(({ provider }) => providers.has(provider) && provider !== without.provider)
  );
}

/** All that was put there is taken away. */
export const withoutFactors = {
  totp: undefined,
  newTotp: undefined,
  recoveryCodes: [],
  passkeys: [],
  identities: undefined,
} as const satisfies Partial<Factors>;

/** What is kept where some of it is taken away: recovery codes stand in for another factor, and end with the last one. */
export function whatIsLeft(rest: Factors): Factors {
  return namesOf(rest).length > 0 ? rest : { ...rest, recoveryCodes: [] };
}

/** What was there at a time already, of what is there now. */
export function asOf(at: Date, now: Factors): Factors {
  if (now.revision === noFactors.revision) return now;
  const passkeys = now.passkeys.filter(({ createdAt }) => createdAt <= at);
  const totp = now.totp && now.totp.createdAt <= at ? now.totp : undefined;
  const identities = now.identities?.filter(({ linkedAt }) => linkedAt <= at);
  return whatIsLeft({ ...now, totp, newTotp: undefined, passkeys, identities });
}

/**
 * What is kept after a change: without the parts that are undefined, which a database would keep as null. No identities
 * are no part either: what is not there stands in no index.
 */
export function following(factors: Factors, to: Partial<Factors>): Factors {
  const { identities = [], ...rest } = { ...factors, ...to };
  const all = { ...rest, ...(identities.length > 0 && { identities }) };
  const parts = Object.entries(all).filter(([, value]) => value !== undefined);
  const changedBy = randomBytes(12).toString('base64url');
  return { ...(Object.fromEntries(parts) as unknown as Factors), revision: factors.revision + 1, changedBy };
}
