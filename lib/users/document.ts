import type { User } from './user.ts';

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
  /** Goes up with every change of address, name or confirmation. */
  revision: number;
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

/** The fields that {@link toUser} reads. */
export const userFields = { email: 1, name: 1, emailVerifiedAt: 1, createdAt: 1, revision: 1 } as const;

export function toUser(document: Pick<UserDocument, '_id' | keyof typeof userFields>): User {
  const { _id: id, email, name, emailVerifiedAt, createdAt, revision } = document;
  return { id, email, name, emailVerified: emailVerifiedAt !== null, createdAt, revision };
}
