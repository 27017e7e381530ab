import type { Language } from '../base/language.ts';
import type { AddressChange, UserProfile, UserRecord } from '../store/records.ts';
import { type FactorName, factorsOf, namesOf } from './factors.ts';

/** A user as everyone but `users/` may see them: no hash, no driver document. */
export interface User {
  readonly id: string;
  /** As typed. */
  readonly email: string;
  readonly name: string | null;
  /** In which the user is written to; null where that is left to what the browser asks for. */
  readonly language: Language | null;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
  /** What the user may do beside what everybody may, sorted. */
  readonly roles: readonly string[];
}

/** What checking a password needs beside the user; no answer has it. */
export interface Credentials {
  readonly user: User;
  /** Undefined where the user has no password. */
  readonly passwordHash: string | undefined;
  /** True where the user is kept out. */
  readonly disabled: boolean;
  /** What the user is asked for after a first factor; empty where one suffices. */
  readonly secondFactors: readonly FactorName[];
  /** The providers that the user signs in by, by their ids. */
  readonly providers: readonly string[];
  /** Counts changes of credentials: a sign-in that began before one does not outlive it. */
  readonly credentialsVersion: number;
}

/** A user with what a one-time token is tied to, so that it dies when the account has moved on. */
export interface TokenHolder {
  readonly user: User;
  readonly credentialsVersion: number;
  /** When the credentials changed last, or null where they never did. */
  readonly credentialsChangedAt: Date | null;
  /** Those that can be undone, oldest first: only from an address that its owner had confirmed. */
  readonly addressChanges: readonly AddressChange[];
}

/** Where an account's credentials stand. */
export interface CredentialsState {
  readonly version: number;
  readonly user: User;
  /** Counts changes of roles. */
  readonly rolesRevision: number;
  /** True while they are being changed. */
  readonly locked: boolean;
}

type Profile = Pick<
  UserProfile,
  'id' | 'email' | 'name' | 'language' | 'emailVerifiedAt' | 'createdAt' | 'roles'
>;

export function toUser({ id, email, name, language, emailVerifiedAt, createdAt, roles }: Profile): User {
  return { id, email, name, language, emailVerified: emailVerifiedAt !== null, createdAt, roles };
}

export function toCredentials(
  record: Profile & Pick<UserRecord, 'credentials' | 'credentialsVersion' | 'disabledAt'>,
): Credentials {
  const { credentials, credentialsVersion, disabledAt } = record;
  const factors = factorsOf(credentials);
  return {
    user: toUser(record),
    passwordHash: credentials.password,
    disabled: disabledAt !== null,
    secondFactors: namesOf(factors),
    providers: (factors.identities ?? []).map(({ provider }) => provider),
    credentialsVersion,
  };
}

export function toTokenHolder(record: UserProfile): TokenHolder {
  const { credentialsVersion, credentialsChangedAt, addressChanges } = record;
  return { user: toUser(record), credentialsVersion, credentialsChangedAt, addressChanges };
}
