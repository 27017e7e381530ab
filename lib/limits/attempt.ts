/** An attempt that was let in. Say how it went; one of which nothing is said counts as failed. */
export interface Attempt {
  /** @throws {Problem} 429 `rate_limited` where others have meanwhile used up the limit: answer that instead. */
  failed(): Promise<void>;
  /** @throws {Problem} 429 `rate_limited` where others have meanwhile used up the limit: it did not succeed. */
  succeeded(): Promise<void>;
}

/** An attempt at the current password of somebody who is signed in; of which nothing is said, it counts as failed. */
export interface PasswordAttempt {
  /** True where the session is to end if this one fails. */
  readonly isLast: boolean;
  /** @param emailKey of the account, towards whose failures in a row it counts. */
  failed(emailKey: string): Promise<void>;
  succeeded(): Promise<void>;
}

/** A device that an account has signed in from. */
export interface SignInDevice {
  readonly id: string;
  /** True where that was before the account's credentials last changed. */
  readonly isOutdated: boolean;
}

/** Leave to look at a second factor. */
export interface FactorAttempt {
  /** True for the last one that a sign-in that waits has. */
  readonly isLast: boolean;
  /** It was right: what was wrong before is forgotten. */
  succeeded(): Promise<void>;
}
