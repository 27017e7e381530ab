/** A user as MongoDB keeps it. */
export interface UserDocument {
  /** 128 random bits, base64url. */
  _id: string;
  email: string;
  /** Unique. */
  emailKey: string;
  name: string | null;
  passwordHash: string;
  credentialsVersion: number;
  emailVerifiedAt: Date | null;
  createdAt: Date;
  /** The closed sign-up that has set name and password, while it waits for its verification. */
  signUpId?: string;
  /** While credentials are being changed nobody signs in; see `credential-lock.ts`. */
  lockedUntil?: Date;
  /** Which change holds the lock. */
  lockedBy?: string;
  /** The change that was made last, so that a repeat of its command is known. */
  changedBy?: string;
}

export const usersCollection = 'users';
