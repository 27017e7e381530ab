import { knownLanguage } from '../../base/language.ts';
import type { AddressChange, Factors, UserProfile, UserRecord } from '../records.ts';
import { type Milliseconds, toDate, toDateOrNull, toMs } from './tables.ts';

/** What there is of a user beside its secrets, by column. */
export interface ProfileRow {
  /** 128 random bits, base64url. */
  id: string;
  email: string;
  /** Unique; of a seat, which is nobody's yet, `seat:` and its id. */
  email_key: string;
  name: string | null;
  name_key: string | null;
  /** A later release may have stored one that is none of ours. */
  language: string | null;
  /** JSON; null where there is none. */
  roles: string | null;
  roles_revision: number;
  disabled_at: Milliseconds | null;
  credentials_version: number;
  email_verified_at: Milliseconds | null;
  created_at: Milliseconds;
  credentials_changed_at: Milliseconds | null;
  /** JSON, oldest first; null where there is none. */
  address_changes: string | null;
  locked_until: Milliseconds | null;
  /** A row with this is a seat, and no user: its address and times are null. */
  seat_expires_at: Milliseconds | null;
}

export interface UserRow extends ProfileRow {
  password: string | null;
  /** JSON; null where there is nothing but the password. */
  factors: string | null;
  factors_revision: number;
  /** Which change holds the lock. */
  locked_by: string | null;
  /** The change that was made last, so that a repeat of its statement is known. */
  changed_by: string | null;
}

export const profileColumns = [
  'id',
  'email',
  'email_key',
  'name',
  'name_key',
  'language',
  'roles',
  'roles_revision',
  'disabled_at',
  'credentials_version',
  'email_verified_at',
  'created_at',
  'credentials_changed_at',
  'address_changes',
  'locked_until',
  'seat_expires_at',
] as const satisfies readonly (keyof ProfileRow)[];

export function toUserProfile(row: ProfileRow): UserProfile {
  return {
    id: row.id,
    email: row.email,
    emailKey: row.email_key,
    name: row.name,
    nameKey: row.name_key,
    language: knownLanguage(row.language),
    roles: JSON.parse(row.roles ?? '[]'),
    rolesRevision: row.roles_revision,
    disabledAt: toDateOrNull(row.disabled_at),
    emailVerifiedAt: toDateOrNull(row.email_verified_at),
    createdAt: toDate(row.created_at),
    credentialsVersion: row.credentials_version,
    credentialsChangedAt: toDateOrNull(row.credentials_changed_at),
    addressChanges: toAddressChanges(row.address_changes),
    lockedUntil: toDateOrNull(row.locked_until),
  };
}

export function toUserRecord(row: UserRow): UserRecord {
  const factors = toFactors(row);
  return {
    ...toUserProfile(row),
    credentials: { password: row.password ?? undefined, ...(factors && { factors }) },
  };
}

/** The column of roles. */
export const fromRoles = (roles: readonly string[]) => (roles.length > 0 ? JSON.stringify(roles) : null);

/** The columns of what a user can show beside the password. */
export function fromFactors({ revision, ...factors }: Factors) {
  return { factors: JSON.stringify(factors), factors_revision: revision };
}

/** Undefined where there is nothing but the password. */
export function toFactors({ factors, factors_revision: revision }: UserRow): Factors | undefined {
  if (factors === null) return undefined;
  const withTimes = (key: string, value: unknown) =>
    key.endsWith('At') && typeof value === 'string' ? new Date(value) : value;
  return { revision, ...JSON.parse(factors, withTimes) };
}

export function toAddressChanges(column: string | null): AddressChange[] {
  const changes = JSON.parse(column ?? '[]') as [version: number, email: string, at: number][];
  return changes.map(([version, email, at]) => ({ version, email, at: toDate(at) }));
}

/** Null where there is none. */
export function fromAddressChanges(changes: readonly AddressChange[]): string | null {
  if (changes.length === 0) return null;
  return JSON.stringify(changes.map(({ version, email, at }) => [version, email, toMs(at)]));
}
