import type { Kind } from '../contract.ts';

/** The table of each kind of record. */
export const tables = {
  sessions: 'sessions',
  users: 'users',
  tokens: 'tokens',
  signUps: 'sign_ups',
  repeats: 'repeats',
  events: 'events',
  counters: 'limits',
  mailJobs: 'mail_jobs',
  outbox: 'outbox',
} as const satisfies Record<Kind, string>;

/** Times are whole milliseconds since 1970, in every database the same. Some drivers hand them over as text. */
export type Milliseconds = number | string;

export const toDate = (value: Milliseconds) => new Date(Number(value));

export const toDateOrNull = (value: Milliseconds | null) => (value === null ? null : toDate(value));

export const toMs = (date: Date) => date.getTime();

export const toMsOrNull = (date: Date | null) => (date === null ? null : date.getTime());
