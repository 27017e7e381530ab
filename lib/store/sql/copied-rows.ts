import { knownLanguage } from '../../base/language.ts';
import type { Kind } from '../contract.ts';
import type { CopiedRecord, CopiedRecords } from '../copying.ts';
import { type BesideUser, identityRows, roleRows } from './beside-user.ts';
import { type SessionRow, toSessionRecord, toSessionRow } from './session-row.ts';
import { type Milliseconds, toDate, toMs, toMsOrNull } from './tables.ts';
import { type TokenRow, toTokenRecord, toTokenRow } from './tokens.ts';
import { fromAddressChanges, fromFactors, fromRoles, toUserRecord, type UserRow } from './user-row.ts';

/** A row as the driver gives it: some give numbers of 64 bits as text. */
// biome-ignore lint/suspicious/noExplicitAny: its columns have types where they are taken.
type Row = any;

/** How a kind of record is read and written whole, every column of it. */
export interface RowForm {
  /** The primary key, by which it is read in order. */
  readonly key: string;
  /** Another column that is unique. */
  readonly unique?: string;
  /** Null for what is no record yet. */
  toRecord(row: Row): CopiedRecord | null;
  toRow(copied: CopiedRecord): Row;
  /** What of it has a table of its own beside it. */
  besideOf?(copied: CopiedRecord): BesideUser;
}

type Typed<K extends Kind> = Omit<RowForm, 'toRow' | 'besideOf'> & {
  toRow(copied: CopiedRecords[K]): object;
  besideOf?(copied: CopiedRecords[K]): BesideUser;
};

export const rowForms: { readonly [K in Kind]: Typed<K> } = {
  events: {
    key: 'id',
    toRecord: ({ id, may_arrive_again, expires_at, ...row }) => ({
      id,
      mayArriveAgain: may_arrive_again === 1,
      expiresAt: toDate(expires_at),
      event: row.user_id === null ? null : toEvent(row),
    }),
    toRow: ({ id, mayArriveAgain, expiresAt, event }) => ({
      id,
      user_id: event?.userId ?? null,
      type: event?.type ?? null,
      at: toMsOrNull(event?.at ?? null),
      ip: event?.ip ?? null,
      user_agent: event?.userAgent ?? null,
      done_by: event?.by ?? null,
      about: event?.about ?? null,
      may_arrive_again: mayArriveAgain ? 1 : 0,
      expires_at: toMs(expiresAt),
    }),
  },
  users: {
    key: 'id',
    unique: 'email_key',
    toRecord: (row: UserRow) => {
      if (row.seat_expires_at !== null) return null;
      return { ...toUserRecord(row), lockedBy: row.locked_by, changedBy: row.changed_by };
    },
    toRow: toUserRow,
    besideOf: ({ id, credentials, roles }) => ({
      identities: identityRows(id, credentials.factors ?? {}),
      roles: roleRows(id, roles),
    }),
  },
  sessions: {
    key: 'id',
    toRecord: (row: SessionRow) => toSessionRecord(row),
    toRow: toSessionRow,
  },
  tokens: {
    key: 'slot',
    unique: 'token_hash',
    toRecord: (row: TokenRow) => ({
      ...toTokenRecord(row),
      claimedUntil: toDate(row.claimed_until),
      claimedBy: row.claimed_by,
    }),
    toRow: ({ claimedUntil, claimedBy, ...token }) => ({
      ...toTokenRow(token),
      claimed_until: toMs(claimedUntil),
      claimed_by: claimedBy,
    }),
  },
  signUps: {
    key: 'id',
    toRecord: ({ id, email, email_key, name, language, password, created_at, expires_at }) => ({
      id,
      email,
      emailKey: email_key,
      name,
      language: knownLanguage(language),
      credentials: { password: password ?? undefined },
      createdAt: toDate(created_at),
      expiresAt: toDate(expires_at),
    }),
    toRow: ({ id, email, emailKey, name, language, credentials, createdAt, expiresAt }) => ({
      id,
      email,
      email_key: emailKey,
      name: name ?? null,
      language,
      password: credentials.password ?? null,
      created_at: toMs(createdAt),
      expires_at: toMs(expiresAt),
    }),
  },
  repeats: {
    key: 'id',
    toRecord: ({ id, subject, expires_at }) => ({ id, subject, expiresAt: toDate(expires_at) }),
    toRow: ({ id, subject, expiresAt }) => ({ id, subject, expires_at: toMs(expiresAt) }),
  },
  counters: {
    key: 'id',
    toRecord: ({ id, points, expires_at }) => ({ id, points, expiresAt: toDate(expires_at) }),
    toRow: ({ id, points, expiresAt }) => ({ id, points, expires_at: toMs(expiresAt) }),
  },
  mailJobs: {
    key: 'id',
    toRecord: ({ id, expires_at }) => ({ id, expiresAt: toDate(expires_at) }),
    toRow: ({ id, expiresAt }) => ({ id, expires_at: toMs(expiresAt) }),
  },
  outbox: {
    key: 'id',
    toRecord: ({ id, to_address, to_key, subject, text, html, user_id, sent_at, expires_at }) => ({
      ...{ id, to: to_address, toKey: to_key, subject, text, html, userId: user_id },
      sentAt: toDate(sent_at),
      expiresAt: toDate(expires_at),
    }),
    toRow: ({ id, to, toKey, subject, text, html, userId, sentAt, expiresAt }) => ({
      ...{ id, to_address: to, to_key: toKey, subject, text, html, user_id: userId ?? null },
      sent_at: toMs(sentAt),
      expires_at: toMs(expiresAt),
    }),
  },
};

interface EventColumns {
  user_id: string;
  type: string;
  at: Milliseconds;
  ip: string | null;
  user_agent: string | null;
  done_by: string | null;
  about: string | null;
}

function toEvent({ user_id, type, at, ip, user_agent, done_by, about }: EventColumns) {
  const who = { ...(done_by !== null && { by: done_by }), ...(about !== null && { about }) };
  return { userId: user_id, type, at: toDate(at), ip, userAgent: user_agent, ...who };
}

function toUserRow(user: CopiedRecords['users']): UserRow {
  return {
    id: user.id,
    email: user.email,
    email_key: user.emailKey,
    name: user.name ?? null,
    name_key: user.nameKey ?? null,
    language: user.language,
    roles: fromRoles(user.roles),
    roles_revision: user.rolesRevision,
    disabled_at: toMsOrNull(user.disabledAt),
    password: user.credentials.password ?? null,
    ...(user.credentials.factors
      ? fromFactors(user.credentials.factors)
      : { factors: null, factors_revision: 0 }),
    credentials_version: user.credentialsVersion,
    email_verified_at: toMsOrNull(user.emailVerifiedAt ?? null),
    created_at: toMs(user.createdAt),
    credentials_changed_at: toMsOrNull(user.credentialsChangedAt),
    address_changes: fromAddressChanges(user.addressChanges),
    locked_until: toMsOrNull(user.lockedUntil),
    locked_by: user.lockedBy,
    changed_by: user.changedBy,
    seat_expires_at: null,
  };
}
