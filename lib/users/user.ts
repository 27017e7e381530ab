import type { AddressChange, UserProfile } from '../store/records.ts';

/** A user as everyone but `users/` may see them: no hash, no driver document. */
export interface User {
  readonly id: string;
  /** As typed. */
  readonly email: string;
  readonly name: string | null;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
}

/** What checking a password needs beside the user. It never leaves `users/` and `session/`. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
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
  /** True while they are being changed. */
  readonly locked: boolean;
}

export function toUser({ id, email, name, emailVerifiedAt, createdAt }: UserProfile): User {
  return { id, email, name, emailVerified: emailVerifiedAt !== null, createdAt };
}
