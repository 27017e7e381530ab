import type { Language } from '../base/language.ts';
import type { AddressChange, UserCredentials } from './credential-records.ts';
import type { SessionRecord } from './session-record.ts';

export type * from './credential-records.ts';
export type * from './session-record.ts';

/** What a store keeps: plain objects, never a driver's documents. */

export interface UserRecord {
  /** 128 random bits, base64url. */
  readonly id: string;
  /** As typed. */
  readonly email: string;
  /** In the form in which addresses are compared; unique. */
  readonly emailKey: string;
  readonly name: string | null;
  /** In the form in which names are searched. */
  readonly nameKey: string | null;
  /** In which the user is written to; null where that is left to what the browser asks for. */
  readonly language: Language | null;
  readonly emailVerifiedAt: Date | null;
  readonly createdAt: Date;
  /** Sorted, each once. */
  readonly roles: readonly string[];
  /** Counts every change of roles; a change names the one that it expects. */
  readonly rolesRevision: number;
  /** Since when the user is kept out; null where it is not. */
  readonly disabledAt: Date | null;
  readonly credentials: UserCredentials;
  /** Counts changes of credentials and address. */
  readonly credentialsVersion: number;
  /** Null where they never changed. */
  readonly credentialsChangedAt: Date | null;
  /** Oldest first. */
  readonly addressChanges: readonly AddressChange[];
  /** While credentials are being changed; null where they are not. It may be over. */
  readonly lockedUntil: Date | null;
}

/** A change of roles: made only while the revision is the one that it follows. */
export interface RolesChange {
  readonly from: number;
  readonly to: readonly string[];
  readonly at: Date;
}

/** A user without what could be shown to be let in, which a request that only asks who it is need not see. */
export type UserProfile = Omit<UserRecord, 'credentials'>;

/** A session with its user, as one read finds them; a session whose user is gone is none. */
export interface SessionAndUser {
  readonly session: SessionRecord;
  /** Null where nobody is signed in. */
  readonly user: UserProfile | null;
}

export type NewUserRecord = Omit<
  UserRecord,
  | 'id'
  | 'rolesRevision'
  | 'disabledAt'
  | 'credentialsVersion'
  | 'credentialsChangedAt'
  | 'addressChanges'
  | 'lockedUntil'
>;

/** What a token is about, for whoever spends it; no secret. */
export interface TokenData {
  /** Verification: the address that is confirmed. Undo: the one that comes back. Change: the new one. */
  readonly email: string;
  /** The account's count of credential changes that the token holds for; of an undo, the change that it undoes. */
  readonly credentialsVersion?: number | undefined;
}

export interface TokenRecord {
  /** SHA-256 of the token; unique. */
  readonly tokenHash: string;
  /** A newer token of a slot takes the place of the older; a spent one gives its place up. Unique. */
  readonly slot: string;
  readonly purpose: string;
  /** Whose it is: of a user, or of a waiting sign-up until it has become one. */
  readonly userId: string;
  readonly data: TokenData;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Of a token that did its work: when, and for which network address. */
  readonly spent?: { readonly at: Date; readonly network: string } | undefined;
}

/** A sign-up that waits for its address to be confirmed. */
export interface SignUpRecord {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly name: string | null;
  /** Of the user that it becomes. */
  readonly language: Language | null;
  readonly credentials: UserCredentials;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Which users a list shows, and where it begins. */
export interface UserQuery {
  /** The list is in the order of this key. */
  readonly key: 'emailKey' | 'nameKey';
  /** What the key begins with. */
  readonly prefix: string;
  readonly role?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** The user that the list before ended with. */
  readonly after?: { readonly key: string; readonly id: string } | undefined;
  readonly most: number;
}

/** Something that happened on an account. */
export interface EventRecord {
  /** 24 hex digits, later ones greater within one instance. */
  readonly id: string;
  readonly userId: string;
  readonly type: string;
  /** The user who did it, where that is an administrator. */
  readonly by?: string | undefined;
  /** Of what an administrator did, in the administrator's own activity: to whom. */
  readonly about?: string | undefined;
  readonly at: Date;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** Whose events a list shows, and of what kind; without either, all. */
export type EventQuery = { readonly [Field in 'userId' | 'type']?: string | undefined };

/** How often something happened in the window under way, and how long that lasts still. */
export interface Count {
  readonly count: number;
  readonly secondsLeft: number;
}

/** A mail that was kept instead of sent. */
export interface MailRecord {
  readonly to: string;
  readonly toKey: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Whom it is about; null where it is nobody, or nobody any more. */
  readonly userId: string | null;
  readonly sentAt: Date;
}
