import type { Kind } from './contract.ts';

/** What each kind of record is called in a database: its collection or table. */
export const recordNames = {
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
