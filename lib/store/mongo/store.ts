import type { ConfigFor } from '../../base/config.ts';
import type { Store } from '../contract.ts';
import type { Mongo } from './client.ts';
import { collections } from './collections.ts';
import { createCounterRecords } from './counters.ts';
import { createEventRecords } from './events.ts';
import { createExpressStore } from './express-store.ts';
import { createMailJobRecords } from './mail-jobs.ts';
import { findMissingIndexes } from './missing-indexes.ts';
import { createOutboxRecords } from './outbox.ts';
import { createRepeatRecords } from './repeats.ts';
import { createSessionRecords } from './sessions.ts';
import { createSignUpRecords } from './sign-ups.ts';
import { createTokenRecords } from './tokens.ts';
import { createUserRecords } from './users.ts';

/** The store of MongoDB, made without any I/O. */
export function createMongoStore(mongo: Mongo, config: ConfigFor<'database'>): Store {
  return {
    sessions: createSessionRecords({ config, mongo }),
    users: createUserRecords({ mongo }),
    tokens: createTokenRecords(mongo),
    signUps: createSignUpRecords(mongo),
    repeats: createRepeatRecords(mongo),
    events: createEventRecords(mongo),
    counters: createCounterRecords(mongo),
    mailJobs: createMailJobRecords(mongo),
    outbox: createOutboxRecords(mongo),
    ExpressStore: createExpressStore({ config, mongo }),
    missing: findMissingIndexes(mongo, config),
    collections: { ...collections, sessions: config.sessionCollection },
    close: mongo.close,
  };
}
