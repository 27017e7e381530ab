import { setTimeout } from 'node:timers/promises';
import MongoStore from 'connect-mongo';
import { ConnectSessionKnexStore } from 'connect-session-knex';
import type { CookieOptions, Store } from 'express-session';
import { MongoClient } from 'mongodb';
import { watchCommands } from '../commands.ts';
import { knexOn } from '../knex-on.ts';

/** The stock stores that the cases run on, as the tests are titled. */
export const stockNames = [
  'connect-mongo',
  'connect-session-knex on SQLite',
  'connect-session-knex on PostgreSQL',
] as const;

export type StockName = (typeof stockNames)[number];

/** Where a store keeps its sessions: a server and a database there, or a URL that names both. */
export interface Where {
  uri: string;
  name: string;
}

/** How often a store has sent what, whatever the database calls it. */
export interface Sent {
  /** Asked whether the table is there. */
  looks: number;
  /** Made a table or an index. */
  creates: number;
  reads: number;
  writes: number;
  /** Removed what is over. */
  clears: number;
}

export interface StoreOptions {
  /** Milliseconds until a MongoDB that does not answer is given up; the driver's own are half a minute. */
  patienceMs?: number;
  /** Milliseconds between two clearings of connect-session-knex; its own are a minute. */
  cleanupInterval?: number;
}

/** A store of express-session, made as its README makes it. */
export interface StockStore {
  store: Store;
  /** The cookie of its README. */
  cookie: CookieOptions;
  /** What was sent since it was made, or since the last `forget`. */
  sent(): Sent;
  forget(): void;
  /** Resolves once it has done what it does as it starts. */
  ready(): Promise<void>;
  end(): Promise<void>;
}

export function openStockStore(name: StockName, where: Where, options: StoreOptions = {}): StockStore {
  return name === 'connect-mongo' ? connectMongo(where, options) : connectKnex(where, options);
}

function connectMongo({ uri, name }: Where, { patienceMs = 1000 }: StoreOptions): StockStore {
  const client = new MongoClient(uri, { monitorCommands: true, serverSelectionTimeoutMS: patienceMs });
  const commands = watchCommands(client);
  const store = MongoStore.create({ clientPromise: client.connect(), dbName: name });
  return {
    store,
    cookie: {},
    sent: () => ({
      looks: 0,
      creates: commands.of('sessions', 'createIndexes').length,
      reads: commands.of('sessions', 'find').length,
      writes: commands.writes('sessions').length,
      clears: 0,
    }),
    forget: commands.clear,
    ready: () =>
      new Promise((resolve, reject) => store.length((error) => (error ? reject(error) : resolve()))),
    end: () => store.close(),
  };
}

function connectKnex({ uri }: Where, { cleanupInterval = 60_000 }: StoreOptions): StockStore {
  const knex = knexOn(uri);
  const statements: (keyof Sent)[] = [];
  knex.on('query', ({ sql }: { sql: string }) => statements.push(kindOf(sql)));
  const store = new ConnectSessionKnexStore({ knex, cleanupInterval });
  const count = (kind: keyof Sent) => statements.filter((each) => each === kind).length;
  return {
    store,
    cookie: { maxAge: 86_400_000 },
    sent: () => ({
      looks: count('looks'),
      creates: count('creates'),
      reads: count('reads'),
      writes: count('writes'),
      clears: count('clears'),
    }),
    forget: () => {
      statements.length = 0;
    },
    ready: async () => {
      await store.ready;
      while (!store.nextDbCleanup) await setTimeout(1);
    },
    end: async () => {
      store.options.cleanupInterval = 0;
      await knex.destroy();
      clearTimeout(store.nextDbCleanup);
    },
  };
}

function kindOf(sql: string): keyof Sent {
  if (/sqlite_master|information_schema/.test(sql)) return 'looks';
  if (/^create /.test(sql)) return 'creates';
  if (/^delete .*expired/.test(sql)) return 'clears';
  return /^select /.test(sql) ? 'reads' : 'writes';
}
