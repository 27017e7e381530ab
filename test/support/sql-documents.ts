import type { AddressChange, Factors } from '../../lib/store/records.ts';
import { dataOf, fieldsIn, fieldsOf, toColumn } from '../../lib/store/sql/session-fields.ts';
import {
  fromAddressChanges,
  fromFactors,
  toAddressChanges,
  toFactors,
  type UserRow,
} from '../../lib/store/sql/user-row.ts';

/** A record as MongoDB has it, which is how tests name its fields, whatever store runs. */
export type TestDocument = Record<string, unknown>;
type Row = Record<string, unknown>;

/** A table as a collection of documents. */
export interface Shape {
  table: string;
  key: string;
  toDocument(row: Row): TestDocument;
  toRow(document: TestDocument): Row;
}

const date = (value: unknown) => (value === null || value === undefined ? value : new Date(Number(value)));
const ms = (value: unknown) => (value instanceof Date ? value.getTime() : (value ?? null));
const json = (value: unknown) =>
  value === null || value === undefined ? undefined : JSON.parse(String(value));
/** Without what is not there. */
const some = (fields: TestDocument): TestDocument =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

const defined = (fields: TestDocument): TestDocument =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const toMethods = (row: Row) =>
  json(row.methods)?.map(([method, at]: [string, number]) => ({ method, at: new Date(at) }));

const credentialsOf = (document: TestDocument) =>
  (document.credentials ?? {}) as { password?: string; factors?: Factors };

const fromFactorsOrNone = (factors: Factors | undefined) =>
  factors ? fromFactors(factors) : { factors: null, factors_revision: 0 };

type Pair = [field: string, column: string, isTime?: 'time'];

/** Fields that are columns of the same value. */
const read = (row: Row, pairs: readonly Pair[]): TestDocument =>
  Object.fromEntries(pairs.map(([field, column, time]) => [field, time ? date(row[column]) : row[column]]));
const write = (document: TestDocument, pairs: readonly Pair[]): Row =>
  Object.fromEntries(pairs.map(([field, column]) => [column, ms(document[field])]));

/** Shapes of tables whose columns are the fields one by one, but for a few. */
function plain(
  table: string,
  pairs: readonly Pair[],
  more?: { toDocument(row: Row): TestDocument; toRow(document: TestDocument): Row },
): Shape {
  return {
    table,
    key: 'id',
    toDocument: (row) => defined({ ...read(row, pairs), ...more?.toDocument(row) }),
    toRow: (document) => ({ ...write(document, pairs), ...more?.toRow(document) }),
  };
}

const users: Pair[] = [
  ['_id', 'id'],
  ['email', 'email'],
  ['emailKey', 'email_key'],
  ['name', 'name'],
  ['language', 'language'],
  ['credentialsVersion', 'credentials_version'],
  ['emailVerifiedAt', 'email_verified_at', 'time'],
  ['createdAt', 'created_at', 'time'],
];
const ofUsers: Pair[] = [
  ['lockedUntil', 'locked_until', 'time'],
  ['lockedBy', 'locked_by'],
  ['changedBy', 'changed_by'],
  ['credentialsChangedAt', 'credentials_changed_at', 'time'],
  ['seatExpiresAt', 'seat_expires_at', 'time'],
];
const sessionTimes: Pair[] = [
  ['_id', 'id'],
  ['createdAt', 'created_at', 'time'],
  ['lastSeenAt', 'last_seen_at', 'time'],
  ['expires', 'expires_at', 'time'],
];
const signedIn: Pair[] = [
  ['assurance', 'assurance'],
  ['authenticatedAt', 'authenticated_at', 'time'],
  ['credentialsVersion', 'credentials_version'],
  ['ip', 'ip'],
  ['userAgent', 'user_agent'],
];
const tokens: Pair[] = [
  ['slot', 'slot'],
  ['tokenHash', 'token_hash'],
  ['purpose', 'purpose'],
  ['userId', 'user_id'],
  ['createdAt', 'created_at', 'time'],
  ['expiresAt', 'expires_at', 'time'],
  ['claimedUntil', 'claimed_until', 'time'],
  ['claimedBy', 'claimed_by'],
];

/** By the name of the collection that MongoDB has instead. */
export const shapes: Readonly<Record<string, Shape>> = {
  users: plain('users', users, {
    toDocument: (row) => ({
      // Of a seat, which is nobody yet.
      ...(row.seat_expires_at !== null && {
        ...Object.fromEntries(users.map(([field]) => [field, undefined])),
        ...read(row, users.slice(0, 1)),
        emailKey: row.email_key,
      }),
      credentials:
        row.seat_expires_at === null
          ? some({ password: row.password, factors: toFactors(row as unknown as UserRow) })
          : undefined,
      ...some(read(row, ofUsers)),
      ...(typeof row.address_changes === 'string' && {
        addressChanges: toAddressChanges(row.address_changes),
      }),
    }),
    toRow: (document) => ({
      ...write(document, ofUsers),
      password: credentialsOf(document).password ?? null,
      ...fromFactorsOrNone(credentialsOf(document).factors),
      address_changes: fromAddressChanges((document.addressChanges as AddressChange[] | undefined) ?? []),
    }),
  }),
  sessions: plain('sessions', sessionTimes, {
    toDocument: (row) => ({
      ...(row.remember === 0 && { remember: false }),
      ...some({ userId: row.user_id, providerSession: row.provider_session }),
      ...(row.waits === 1 && {
        waits: true,
        waiting: { ...read(row, signedIn.slice(2, 3)), methods: toMethods(row) },
      }),
      ...(row.user_id !== null &&
        row.waits === 0 && {
          signedIn: {
            ...read(row, signedIn),
            methods: toMethods(row),
          },
        }),
      session: dataOf(fieldsIn(row.data)),
    }),
    toRow: (document) => {
      const proven = (document.signedIn ?? document.waiting) as TestDocument | undefined;
      const methods = proven?.methods as { method: string; at: Date }[] | undefined;
      return {
        remember: document.remember === false ? 0 : 1,
        waits: document.waits === true ? 1 : 0,
        user_id: document.userId ?? null,
        provider_session: document.providerSession ?? null,
        ...write(proven ?? {}, signedIn),
        methods: methods ? JSON.stringify(methods.map(({ method, at }) => [method, at.getTime()])) : null,
        data: toColumn(fieldsOf((document.session as object | undefined) ?? {})),
      };
    },
  }),
  tokens: {
    ...plain('tokens', tokens, {
      toDocument: (row) => ({
        _id: row.slot,
        data: { email: row.email, ...some({ credentialsVersion: row.credentials_version }) },
        ...(row.spent_at !== null && { spent: { at: date(row.spent_at), network: row.spent_network } }),
      }),
      toRow: (document) => {
        const data = document.data as TestDocument;
        const spent = document.spent as TestDocument | undefined;
        return {
          email: data.email,
          credentials_version: data.credentialsVersion ?? null,
          spent_at: ms(spent?.at),
          spent_network: spent?.network ?? null,
        };
      },
    }),
    key: 'slot',
  },
  sign_ups: plain(
    'sign_ups',
    [
      ['_id', 'id'],
      ['email', 'email'],
      ['emailKey', 'email_key'],
      ['name', 'name'],
      ['language', 'language'],
      ['createdAt', 'created_at', 'time'],
      ['expiresAt', 'expires_at', 'time'],
    ],
    {
      toDocument: (row) => ({ credentials: some({ password: row.password }) }),
      toRow: (document) => ({
        password: (document.credentials as { password?: string } | undefined)?.password ?? null,
      }),
    },
  ),
  repeats: plain('repeats', [
    ['_id', 'id'],
    ['subject', 'subject'],
    ['expiresAt', 'expires_at', 'time'],
  ]),
  events: plain(
    'events',
    [
      ['_id', 'id'],
      ['userId', 'user_id'],
      ['type', 'type'],
      ['at', 'at', 'time'],
      ['ip', 'ip'],
      ['userAgent', 'user_agent'],
      ['expiresAt', 'expires_at', 'time'],
    ],
    {
      toDocument: (row) => ({ ...(row.may_arrive_again === 1 && { mayArriveAgain: true }) }),
      toRow: (document) => ({ may_arrive_again: document.mayArriveAgain ? 1 : 0 }),
    },
  ),
  limits: plain('limits', [
    ['_id', 'id'],
    ['points', 'points'],
    ['expire', 'expires_at', 'time'],
  ]),
  mail_jobs: plain('mail_jobs', [
    ['_id', 'id'],
    ['expiresAt', 'expires_at', 'time'],
  ]),
  outbox: plain('outbox', [
    ['_id', 'id'],
    ['to', 'to_address'],
    ['toKey', 'to_key'],
    ['subject', 'subject'],
    ['text', 'text'],
    ['html', 'html'],
    ['userId', 'user_id'],
    ['sentAt', 'sent_at', 'time'],
    ['expiresAt', 'expires_at', 'time'],
  ]),
};
