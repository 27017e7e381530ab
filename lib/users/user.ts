/** A user as everyone but `users/` may see them: no hash, no driver document. */
export interface User {
  readonly id: string;
  /** As typed. */
  readonly email: string;
  readonly name: string | null;
  readonly emailVerified: boolean;
  readonly createdAt: Date;
  /** Counts the changes of what is told here. The user's sessions carry it too. */
  readonly revision: number;
}

/** What checking a password needs beside the user. It never leaves `users/` and `session/`. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
  /** Counts changes of credentials: a sign-in that began before one does not outlive it. */
  readonly credentialsVersion: number;
}

/** A change of the address that can be undone: only from an address that its owner had confirmed. */
export interface AddressChange {
  /** The account's count of credential changes after it. */
  readonly version: number;
  /** The address from before it. */
  readonly email: string;
  readonly at: Date;
}

/** A user with what a one-time token is tied to, so that it dies when the account has moved on. */
export interface TokenHolder {
  readonly user: User;
  readonly credentialsVersion: number;
  /** When the credentials changed last, or null where they never did. */
  readonly credentialsChangedAt: Date | null;
  /** Oldest first. */
  readonly addressChanges: readonly AddressChange[];
}

/** Where an account's credentials stand. */
export interface CredentialsState {
  readonly version: number;
  readonly user: User;
  /** True while they are being changed. */
  readonly locked: boolean;
}
