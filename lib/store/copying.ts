import type { Kind } from './contract.ts';
import type * as record from './records.ts';

/**
 * What one side of `npm run db:copy` gives: all that a store keeps, record by record, past the rules of the contract.
 *
 * No function that is deployed imports it. A kind of record that the contract gains is missing here until
 * {@link CopiedRecords} and both stores know it: the compiler says so, and of a table or column
 * `test/dev/copied-records.test.ts`.
 */
export interface CopySide {
  /** How this side keeps an application's data of a session. */
  readonly fields: FieldsForm;
  /** What of tables and indexes is missing, by name. */
  missing(): Promise<string[]>;
  /** By key, the next ones after `after` and up to `upTo`, both without a bound where undefined; those that are over too. */
  read(kind: Kind, range: KeyRange): Promise<CopiedEntry[]>;
  /** Inserts records whose keys are free. A record that has the address or hash of one of them gives its place up. */
  insert(kind: Kind, records: readonly CopiedRecord[]): Promise<void>;
  remove(kind: Kind, keys: readonly string[]): Promise<void>;
  /** The mark of a copy that is under way to here; null where there is none. */
  readMark(): Promise<CopyMark | null>;
  putMark(mark: CopyMark): Promise<void>;
  removeMark(): Promise<void>;
  /** True where the database said so of what it was given; false where it is out of reach. */
  isRefusal(error: unknown): boolean;
  /** What is to be done about an error, where that is known. */
  hintOf(error: unknown): string | undefined;
  close(): Promise<void>;
}

export interface KeyRange {
  readonly after?: string | undefined;
  readonly upTo?: string | undefined;
  readonly most: number;
}

export interface CopiedEntry {
  readonly key: string;
  /** Null for the seat of a sign-up that is under way, which is nobody yet and never copied. */
  readonly record: CopiedRecord | null;
  /** Set where what is stored is no record: something of it is missing, or of another type. */
  readonly isUnreadable?: true;
}

/** An entry of what is stored; one that cannot be read stops nothing. */
export function entryOf<S>(
  key: string,
  stored: S,
  toRecord: (stored: S) => CopiedRecord | null,
): CopiedEntry {
  try {
    return { key, record: toRecord(stored) };
  } catch {
    return { key, record: null, isUnreadable: true };
  }
}

/** Stands at the target from the first record until the copy is complete. */
export interface CopyMark {
  /** Of which database it is the copy. */
  readonly source: string;
  /** Of the newest event that was copied: a newer one at the target says that people use it. */
  readonly newestEventAt: Date;
}

/** The form in which a store keeps an application's data. */
export interface FieldsForm {
  /** Fields of one form pass from store to store as they are. */
  readonly name: 'bson' | 'json';
  /** @throws {TypeError} where a value cannot be kept. */
  fieldsOf(session: object): record.Fields;
  dataOf(fields: record.Fields): Record<string, unknown>;
  /** The fields as they are when they have been stored and read again. */
  readAgain(fields: record.Fields): record.Fields;
}

/** All that is stored of each kind of record, in the order in which they are copied. */
export interface CopiedRecords {
  events: CopiedEvent;
  users: record.UserRecord & { readonly lockedBy: string | null; readonly changedBy: string | null };
  sessions: record.SessionRecord;
  tokens: record.TokenRecord & { readonly claimedUntil: Date; readonly claimedBy: string | null };
  signUps: record.SignUpRecord;
  repeats: Marked & { readonly subject: string };
  counters: Marked & { readonly points: number };
  mailJobs: Marked;
  outbox: record.MailRecord & Marked;
}

export type CopiedRecord = CopiedRecords[Kind];

interface Marked {
  readonly id: string;
  readonly expiresAt: Date;
}

export interface CopiedEvent extends Marked {
  readonly mayArriveAgain: boolean;
  /** Null where it was taken out, and may arrive once more. */
  readonly event: Omit<record.EventRecord, 'id'> | null;
}

/** When a record is over; undefined for one that does not end by time. */
const endOf: { readonly [K in Kind]: (copied: CopiedRecords[K]) => Date | undefined } = {
  // By them it is seen that the target is in use, and so before anything else is touched.
  events: ({ expiresAt }) => expiresAt,
  users: () => undefined,
  sessions: ({ expires }) => expires,
  tokens: ({ expiresAt }) => expiresAt,
  signUps: ({ expiresAt }) => expiresAt,
  repeats: ({ expiresAt }) => expiresAt,
  counters: ({ expiresAt }) => expiresAt,
  mailJobs: ({ expiresAt }) => expiresAt,
  outbox: ({ expiresAt }) => expiresAt,
};

/** Every kind, in the order in which they are copied. */
export const copiedKinds = Object.keys(endOf) as Kind[];

/** True for a record that is not over. */
export function isAlive(kind: Kind, copied: CopiedRecord, now: Date): boolean {
  const end = (endOf[kind] as (copied: CopiedRecord) => Date | undefined)(copied);
  return end === undefined || end > now;
}
