import type { Store as ExpressStore } from 'express-session';
import type * as record from './records.ts';
import type { UserRecords } from './user-records.ts';

export type { UserRecords } from './user-records.ts';

/**
 * All that a store gives. Nothing above `store/` knows which database it is.
 *
 * Every function of it keeps these promises, and `test/store/contract.ts` holds each store to them:
 *
 * - It may be sent twice, and arrive late: nothing that is gone comes back; what a late insert leaves is over in time.
 * - A change names what it expects to find, and says whether it found it.
 * - It waits for the database no longer than its request has time for that: {Problem} 503 `unavailable`.
 * - It creates neither table nor index: `prepare` does.
 *
 * Records are plain objects. Times are passed in; the counters alone use a clock of their own.
 */
export interface Store {
  readonly sessions: SessionRecords;
  readonly users: UserRecords;
  readonly tokens: TokenRecords;
  readonly signUps: SignUpRecords;
  readonly repeats: RepeatRecords;
  readonly events: EventRecords;
  readonly counters: CounterRecords;
  readonly mailJobs: MailJobRecords;
  readonly outbox: OutboxRecords;
  /** express-session's store of this database, as people know it: ours stands on it. Made without any I/O. */
  readonly ExpressStore: new () => ExpressStore;
  /** What of tables and indexes is missing, by name; with `unique` only what keeps addresses and tokens unique. */
  missing(which: 'all' | 'unique'): Promise<string[]>;
  /** Removes what is over while it may go on, and counts that by kind; undefined where the database does it itself. */
  readonly sweep?: (now: Date, mayGoOn: () => boolean) => Promise<Record<string, number>>;
  /** The collection or table of each kind of record. */
  readonly collections: Readonly<Record<Kind, string>>;
  close(): Promise<void>;
}

export type Kind = Exclude<keyof Store, 'ExpressStore' | 'missing' | 'sweep' | 'collections' | 'close'>;

export interface SessionRecords {
  /** One round trip. Judge by the times whether it is over. */
  find(id: string): Promise<record.SessionAndUser | null>;
  /**
   * Stores a new session. Each try gets a record of its own, so that one that was given up and arrives late is a
   * session whose id nobody has; it is taken out before the next.
   *
   * @returns the record that was acknowledged.
   */
  insert(next: () => record.SessionRecord): Promise<record.SessionRecord>;
  /** @returns false where the session is gone: it never comes back. */
  change(id: string, change: record.FieldsChange): Promise<boolean>;
  /** Notes that a session is in use, unless that was noted after `dueAt`; false where it was, or the session is gone. */
  touch(id: string, dueAt: Date, use: record.SessionUse): Promise<boolean>;
  /** @returns false where there is no such session, or it is not that user's; true for a repeat of what ended it. */
  end(id: string, userId?: string): Promise<boolean>;
  /** @returns how many there were, those that are over and not yet swept among them. */
  endOf(userId: string, exceptId?: string): Promise<number>;
  endAll(): Promise<number>;
  /** Ends a user's live sessions but the current one and the `most - 1` used last; one command where that is all. */
  endExcess(userId: string, currentId: string, most: number, now: Date): Promise<void>;
  /** Those of a user, signed in unless told, newest use first; no more than `most`, those that are over among them. */
  listOf(userId: string, most: number, which?: 'signed in' | 'waiting'): Promise<record.SessionRecord[]>;
  /**
   * Those that came by a session with a provider, in no order and no more than `most`; what waits and what is over is
   * among them. Of one that is stored before the one ends whose place it takes, a look finds either.
   */
  listByProviderSession(providerSession: string, most: number): Promise<record.SessionRecord[]>;
  /** For tools, not for requests: every session that is not over. */
  listAll(now: Date): Promise<record.SessionRecord[]>;
  /**
   * What an application has put into a session, as it would be stored.
   *
   * @throws {TypeError} where a key is the name of a session's method, or a value cannot be kept.
   */
  fieldsOf(session: object): record.Fields;
  /** The application's data from its fields; every call gives a copy of its own. */
  dataOf(fields: record.Fields): Record<string, unknown>;
}

/** A token is `live` at a time where it is neither spent nor over then. */
export interface TokenRecords {
  /** Stores a token in the place of the one that has its slot. */
  put(token: record.TokenRecord): Promise<void>;
  /** Gives a live, unclaimed token of this slot and data another hash; false where there is none. */
  refill(slot: string, data: record.TokenData, tokenHash: string, now: Date): Promise<boolean>;
  /** Spent or not, while it is not over. */
  find(tokenHash: string, purposes: readonly string[], now: Date): Promise<record.TokenRecord | null>;
  /** Keeps everybody else from a live token until then; null where there is none, or another has claimed it. */
  claim(
    tokenHash: string,
    purposes: readonly string[],
    claim: { by: string; at: Date; until: Date },
  ): Promise<record.TokenRecord | null>;
  /** Notes that a claimed token did its work, and until when that is kept. */
  spend(
    tokenHash: string,
    claimedBy: string,
    spent: { at: Date; network: string; keptUntil: Date },
  ): Promise<void>;
  /** Gives a claimed token back. */
  release(tokenHash: string, claimedBy: string): Promise<void>;
  /** Takes out those of a user that are not spent; with `sinceVersion` only those of that version and later. */
  end(userId: string, purposes: readonly string[], sinceVersion?: number): Promise<void>;
  /** The live ones of a user, oldest first; those of one time by their purpose. */
  listOf(userId: string, now: Date): Promise<record.TokenRecord[]>;
  /** Gives all tokens of one, spent ones too, to another. */
  handOver(fromId: string, toId: string): Promise<void>;
  /** Takes out all of a user, spent ones too. */
  erase(userId: string): Promise<void>;
}

export interface SignUpRecords {
  add(signUp: record.SignUpRecord): Promise<void>;
  find(id: string, now: Date): Promise<record.SignUpRecord | null>;
  findLatest(emailKey: string, now: Date): Promise<record.SignUpRecord | null>;
  /** @returns false where it does not wait any more. */
  renew(id: string, now: Date, expiresAt: Date): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** @returns the ids of those that were there. */
  removeAll(emailKey: string): Promise<string[]>;
}

/** Marks of what was done a moment ago, so that who asks twice is answered as the first time. */
export interface RepeatRecords {
  put(id: string, subject: string, expiresAt: Date): Promise<void>;
  /** Sets a mark unless there is one that is not over; true for its own. */
  begin(id: string, subject: string, expiresAt: Date, now: Date): Promise<boolean>;
  find(id: string, now: Date): Promise<string | null>;
  erase(subject: string): Promise<void>;
}

export interface EventRecords {
  newId(): string;
  insert(event: record.EventRecord, expiresAt: Date): Promise<void>;
  /** Costs what `insert` costs, and leaves nothing that is listed. */
  insertNothing(id: string, expiresAt: Date): Promise<void>;
  /** Newest first, those before `before` where it is named. */
  list(of: record.EventQuery, most: number, before?: { at: Date; id: string }): Promise<record.EventRecord[]>;
  /** Kind and id of a user's newest. */
  kindsOf(userId: string, most: number): Promise<{ id: string; type: string }[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** Takes out all of a user, those that arrive late too. */
  erase(userId: string, now: Date): Promise<void>;
}

/** Counters that all instances share, by id. */
export interface CounterRecords {
  /** Counts one more, atomically; a window begins with its first. A repeat may count twice: the safe side. */
  add(id: string, windowSeconds: number): Promise<record.Count>;
  /** What is counted now under each id, in one command; 0 where nothing is. */
  read(ids: readonly string[]): Promise<record.Count[]>;
  /** That of `unlessReached` only while it is under its limit; in one command. */
  remove(ids: readonly string[], unlessReached?: { id: string; limit: number }): Promise<void>;
  /** `id` and all that begin with it and a colon, in one command; no other id may begin with it. */
  removeFamily(id: string): Promise<void>;
}

/** Marks of mail jobs that were tried or done. */
export interface MailJobRecords {
  has(id: string): Promise<boolean>;
  /** @returns true the first time. */
  note(id: string, expiresAt: Date): Promise<boolean>;
}

export interface OutboxRecords {
  add(mail: record.MailRecord, expiresAt: Date): Promise<void>;
  /** Newest first; with a filter, only those to that address, or about that user. */
  list(most: number, filter?: { toKey?: string; userId?: string }): Promise<record.MailRecord[]>;
  eraseAbout(userId: string): Promise<void>;
  eraseTo(toKey: string): Promise<void>;
}
