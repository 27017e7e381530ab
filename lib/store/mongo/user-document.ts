import { knownLanguage } from '../../base/language.ts';
import type { AddressChange, Factors, UserCredentials, UserProfile, UserRecord } from '../records.ts';

/**
 * What is there before a user: an id that is taken, and nothing about anybody.
 *
 * A user comes into being by an update of its own seat. So a try of that which arrives late, when the user has left,
 * finds no seat and brings nobody back; a late try of the insert leaves a seat that nobody takes.
 */
export interface SeatDocument {
  _id: string;
  /** {@link seatKey}. */
  emailKey: string;
  /** The TTL index sweeps by it; a user has none. */
  seatExpiresAt: Date;
}

/** How long a seat waits, in milliseconds: longer than any request and its commands are under way. */
export const seatMs = 15 * 60 * 1000;

/** In place of an address; no address is without an @. */
export const seatKey = (id: string) => `seat:${id}`;

/** Beside an id in a filter: a user, and no seat. */
export const isSeated = { seatExpiresAt: { $exists: false } } as const;

/** A user as MongoDB keeps it. */
export interface UserDocument {
  /** 128 random bits, base64url. */
  _id: string;
  email: string;
  /** Unique. */
  emailKey: string;
  name: string | null;
  /** Missing in documents that are older than it, until `db:prepare` has run. */
  nameKey?: string | null;
  /** Missing in documents that are older than it; a later release may have stored one that is none of ours. */
  language?: string | null;
  /** Missing where there is none. */
  roles?: readonly string[];
  /** Missing where they never changed. */
  rolesRevision?: number;
  /** Only while the user is kept out. */
  disabledAt?: Date;
  /** Secrets, each by the name of what it is. */
  credentials?: { password?: string; factors?: Factors };
  /** Of a document of the old form: `credentials.password`, before there was that. */
  passwordHash?: string;
  credentialsVersion: number;
  emailVerifiedAt: Date | null;
  createdAt: Date;
  /** While credentials are being changed nobody signs in. */
  lockedUntil?: Date;
  /** Which change holds the lock. */
  lockedBy?: string;
  /** The change that was made last, so that a repeat of its command is known. */
  changedBy?: string;
  /** Never there; see {@link SeatDocument}. */
  seatExpiresAt?: Date;
  /** When the credentials changed last; not there where they never did. */
  credentialsChangedAt?: Date;
  /** Changes of the address that can be undone, oldest first. */
  addressChanges?: AddressChange[];
}

/** Whether a user's export shows a field, so that it is decided for each: what could be spent or guessed at is not. */
export const isExported = {
  _id: false,
  email: true,
  emailKey: true,
  name: true,
  nameKey: false,
  language: true,
  roles: true,
  rolesRevision: false,
  disabledAt: true,
  credentials: false,
  passwordHash: false,
  credentialsVersion: true,
  emailVerifiedAt: true,
  createdAt: true,
  lockedUntil: true,
  lockedBy: false,
  changedBy: false,
  seatExpiresAt: false,
  credentialsChangedAt: true,
  addressChanges: true,
} as const satisfies Record<keyof UserDocument, boolean>;

/** What a profile is made of: nothing that could be shown to be let in leaves the database with it. */
export const profileProjection = {
  email: 1,
  emailKey: 1,
  name: 1,
  nameKey: 1,
  language: 1,
  roles: 1,
  rolesRevision: 1,
  disabledAt: 1,
  emailVerifiedAt: 1,
  createdAt: 1,
  credentialsVersion: 1,
  credentialsChangedAt: 1,
  addressChanges: 1,
  lockedUntil: 1,
} as const satisfies { readonly [F in keyof UserDocument]?: 1 };

export function toUserProfile(document: UserDocument): UserProfile {
  const { _id: id, email, emailKey, name, emailVerifiedAt, createdAt, credentialsVersion } = document;
  const { credentialsChangedAt = null, addressChanges = [], lockedUntil = null } = document;
  const { nameKey = null, roles = [], rolesRevision = 0, disabledAt = null } = document;
  const language = knownLanguage(document.language);
  const names = { id, email, emailKey, name, nameKey, language, roles, rolesRevision, disabledAt };
  const profile = { ...names, emailVerifiedAt, createdAt, credentialsVersion };
  return { ...profile, credentialsChangedAt, addressChanges, lockedUntil };
}

export function toUserRecord(document: UserDocument): UserRecord {
  const { credentials, passwordHash } = document;
  // Where there are both, an instance of the older release has written the one on top since.
  return {
    ...toUserProfile(document),
    credentials: { ...credentials, password: passwordHash ?? credentials?.password },
  };
}

/** What is undefined the driver would store as null. */
export function toStoredCredentials({ password, factors }: UserCredentials) {
  return { ...(password !== undefined && { password }), ...(factors && { factors }) };
}

/** Of a filter: the roles are as a change expects them. */
export function hasRolesRevision(revision: number) {
  return { rolesRevision: revision === 0 ? { $exists: false } : revision };
}

/** Of a filter: what a user can show beside the password is as a change expects it. */
export function hasFactors(revision: number) {
  return revision === 0
    ? { 'credentials.factors': { $exists: false } }
    : { 'credentials.factors.revision': revision };
}
