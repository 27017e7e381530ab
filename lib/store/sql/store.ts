import type { Store } from '../contract.ts';
import type { Sql } from './client.ts';
import { createCounterRecords } from './counters.ts';
import { createEventRecords } from './events.ts';
import { createExpressStore } from './express-store.ts';
import { createMailJobRecords } from './mail-jobs.ts';
import { findMissingMigrations } from './migrate.ts';
import { createOutboxRecords } from './outbox.ts';
import { createRepeatRecords } from './repeats.ts';
import { createSessionRecords } from './sessions.ts';
import { createSignUpRecords } from './sign-ups.ts';
import { createSweep } from './sweep.ts';
import { createTokenRecords } from './tokens.ts';
import { createUserRecords } from './users.ts';

/** The store of an SQL database, made without any I/O. */
export function createSqlStore(sql: Sql): Store {
  return {
    sessions: createSessionRecords(sql),
    users: createUserRecords(sql),
    tokens: createTokenRecords(sql),
    signUps: createSignUpRecords(sql),
    repeats: createRepeatRecords(sql),
    events: createEventRecords(sql),
    counters: createCounterRecords(sql),
    mailJobs: createMailJobRecords(sql),
    outbox: createOutboxRecords(sql),
    ExpressStore: createExpressStore(sql),
    missing: () => findMissingMigrations(sql),
    sweep: createSweep(sql),
    collections: sql.tables,
    close: sql.close,
  };
}
