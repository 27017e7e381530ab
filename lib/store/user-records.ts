import type { Language } from '../base/language.ts';
import type * as record from './records.ts';

/** Of the store's contract, what is kept of users. */
export interface UserRecords {
  /**
   * Takes an id for a user that is going to be, in a command of its own: a user comes into being by a change of its
   * own seat, so that a try of that which arrives when the user has left brings nobody back.
   */
  takeSeat(at: Date): Promise<string>;
  /** Makes a user of a seat; false where another has the address, or an identity. @throws {Problem} 503 where the seat is gone. */
  fillSeat(id: string, user: record.NewUserRecord): Promise<boolean>;
  find(id: string): Promise<record.UserRecord | null>;
  findByEmailKey(emailKey: string): Promise<record.UserRecord | null>;
  /** By the key of an identity; one command. */
  findByIdentity(key: string): Promise<record.UserRecord | null>;
  exists(id: string): Promise<boolean>;
  isTaken(emailKey: string): Promise<boolean>;
  /** Stores another hash of the same password, unless that has changed meanwhile. */
  replaceHash(id: string, from: string, to: string): Promise<void>;
  /** Replaces what a user can show, but no identity, without a lock; false where it has changed since, or is gone. */
  changeFactors(id: string, change: record.FactorsChange): Promise<boolean>;
  /** Those of a query, in the order of its key; no more than `most`. */
  list(query: record.UserQuery): Promise<record.UserProfile[]>;
  /** @returns the user as it is then, or null where it is gone; so do the three below. */
  setName(id: string, name: string | null, nameKey: string | null): Promise<record.UserRecord | null>;
  setLanguage(id: string, language: Language | null): Promise<record.UserRecord | null>;
  /**
   * Only while no lock is in force, so that roles stay as whoever has the lock has seen them; one that is over it ends,
   * so that what it was for is not done later. @returns as above; null also where the roles have changed since.
   */
  setRoles(id: string, change: record.RolesChange): Promise<record.UserRecord | null>;
  /** Keeps a user out no longer who was since then: a command that arrives late lets in nobody who is out anew. */
  enable(id: string, since: Date): Promise<record.UserRecord | null>;
  /** With `false` takes it back. Only while no lock is in force. @returns as above; null also where the address is another. */
  setEmailVerified(id: string, emailKey: string, at: Date, to?: false): Promise<record.UserRecord | null>;
  /** Takes the lock of a user who is as expected, where it is free or `lock.by` has it already; false otherwise. */
  takeLock(id: string, expected: record.LockExpected, lock: record.LockClaim): Promise<boolean>;
  /** Makes a change and opens the lock, in one command. */
  changeUnderLock(
    id: string,
    lockedBy: string,
    change: record.CredentialsChange,
  ): Promise<record.ChangeOutcome>;
  /** Takes the user out, and the lock with it; false where the lock is another's, and the user is not gone. */
  removeUnderLock(id: string, lockedBy: string): Promise<boolean>;
  releaseLock(id: string, lockedBy: string): Promise<void>;
  /** All that is stored of a user but secrets, as JSON-ready values. */
  export(id: string): Promise<Record<string, unknown>>;
}
