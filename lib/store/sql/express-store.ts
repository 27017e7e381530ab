import { ConnectSessionKnexStore } from 'connect-session-knex';
import type { Store } from 'express-session';
import type { Sql } from './client.ts';

/** connect-session-knex's store: as it is made it looks for no table, makes none, and starts no timer. */
export function createExpressStore(sql: Sql): new () => Store {
  return class ExpressStore extends ConnectSessionKnexStore {
    constructor() {
      super({ knex: noKnex, tableName: sql.tables.sessions, cleanupInterval: 0, createTable: false });
      // The pool of the moment: after an outage it is another one than was given.
      Object.defineProperty(this.options, 'knex', { get: sql.client });
    }
  };
}

/** It asks, as soon as it is made, whether its table is there. */
const noKnex = { schema: { hasTable: async () => true } } as never;
