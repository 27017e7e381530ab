/** What somebody can show to be let in; each part is a secret that never leaves `users/`. */
export interface UserCredentials {
  /** A hash, with its scheme, pepper mark, cost and salt. Undefined where the user has no password. */
  readonly password?: string | undefined;
  readonly factors?: Factors | undefined;
}

/** A change of the address that can be undone. */
export interface AddressChange {
  /** The account's count of credential changes after it. */
  readonly version: number;
  /** The address from before it. */
  readonly email: string;
  readonly at: Date;
}

/**
 * What a user can show beside a password, as a store keeps it: one value of a user, replaced as a whole. It is made of
 * strings, numbers, booleans, lists and times; the name of each time ends in `At`.
 */
export interface Factors {
  /** Counts every change; a change names the one that it expects. */
  readonly revision: number;
  /** Which change was the last one, so that a repeat of its command is known. */
  readonly changedBy: string;
  /** The secret of an authenticator app, once a code of it has been given. */
  readonly totp?: TotpRecord | undefined;
  /** One that waits for its first code. */
  readonly newTotp?: NewTotpRecord | undefined;
  readonly recoveryCodes: readonly RecoveryCodeRecord[];
  /** Oldest first. */
  readonly passkeys: readonly PasskeyRecord[];
  /** With providers, oldest first; undefined where there is none. */
  readonly identities?: readonly IdentityRecord[] | undefined;
}

/** Who a user is with a provider of OpenID Connect. */
export interface IdentityRecord {
  /** SHA-256 of issuer and subject, base64url; unique over all users. */
  readonly key: string;
  /** Its id in `OIDC_PROVIDERS`. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly linkedAt: Date;
}

export interface NewTotpRecord {
  /** Encrypted. */
  readonly secret: string;
  readonly createdAt: Date;
}

export interface TotpRecord extends NewTotpRecord {
  /** The time step, in 30 s since 1970, of the newest code that was taken; none is taken twice. */
  readonly usedStep: number;
  readonly lastUsedAt: Date;
}

/** Hashed; one that is used is taken out. */
export interface RecoveryCodeRecord {
  readonly salt: string;
  readonly hash: string;
}

export interface PasskeyRecord {
  /** The credential's id, base64url. */
  readonly id: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  /** How often it has signed, as the authenticator counts it; 0 where it does not. */
  readonly counter: number;
  /** How a browser may reach it, such as `internal` or `usb`. */
  readonly transports: readonly string[];
  readonly name: string;
  /** True where a copy may be kept elsewhere; it never changes (W3C WebAuthn, 6.1.3). */
  readonly backupEligible: boolean;
  /** True where a copy is kept elsewhere, such as in somebody's account of a phone. */
  readonly backedUp: boolean;
  /** True where it has signed in alone, or is likely to be able to: it verifies its user, and is not known to need an account's name. */
  readonly worksAlone: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt?: Date | undefined;
}

/**
 * A change of what a user can show: made only while the revision is the one that it follows. Only under the lock it may
 * be one of identities.
 */
export interface FactorsChange {
  /** 0 where there was none. */
  readonly from: number;
  readonly to: Factors;
}

/** What a user must be for its lock to be taken. */
export interface LockExpected {
  readonly credentialsVersion?: number | undefined;
  /** Nobody has confirmed its address. */
  readonly unconfirmed?: boolean | undefined;
  readonly rolesRevision?: number | undefined;
}

export interface LockClaim {
  readonly by: string;
  readonly at: Date;
  readonly until: Date;
}

/** A change of credentials, which counts their version up by one. */
export interface CredentialsChange {
  readonly at: Date;
  /** Null takes it away. */
  readonly password?: string | null | undefined;
  readonly factors?: FactorsChange | undefined;
  /** Keeps the user out from now on. */
  readonly disables?: true | undefined;
  /** A new address, which counts as verified. */
  readonly email?: { readonly email: string; readonly emailKey: string } | undefined;
  /** The changes of address that can be undone from now on. */
  readonly addressChanges?: readonly AddressChange[] | undefined;
  /** Only while the user still has this address in this state; else, as for factors, the outcome is `stale`: look again. */
  readonly expected?: { readonly email: string; readonly emailVerifiedAt: Date | null } | undefined;
  /** Takes this change of address and all later ones from those that can be undone; only while it is there. */
  readonly undoes?: number | undefined;
}

/** `gone`: lock or user are, or there is nothing to undo any more; `taken`: another user has the address, or an identity. */
export type ChangeOutcome = 'changed' | 'gone' | 'stale' | 'taken';
