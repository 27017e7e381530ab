import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import { inject } from 'vitest';
import type { StoreKind } from '../../lib/base/config.ts';
import { createIndexes } from '../../lib/store/mongo/indexes.ts';
import { dialectOf } from '../../lib/store/open-sql.ts';
import { migrate } from '../../lib/store/sql/migrate.ts';
import { sqlAsDocuments } from './sql-database.ts';
import { createSqlDatabase, dropSqlDatabase } from './sql-server.ts';

/** A database of a test file's own, on the store that the tests run on. */
export interface TestDatabase {
  /** What an instance is given to reach it, by its store: the server's URI without the database, or a URL with it. */
  uri: string;
  name: string;
  /** Makes it, without any table; safe to repeat. */
  create(): Promise<void>;
  /** Makes its tables or indexes, with sessions under another name too where one is given; safe to repeat. */
  prepare(sessionCollection?: string): Promise<void>;
  /** What is in it, as documents of MongoDB; all callers share it. */
  db(): Db;
  /** Removes the database and closes every client; for `afterAll`. */
  drop(): Promise<void>;
}

/** One on MongoDB. */
export interface MongoTestDatabase extends TestDatabase {
  /** A client with the URI's options and `options`; `drop` closes those that are still open. */
  client(options?: MongoClientOptions): MongoClient;
}

/** The store that the tests run on, by STORE. */
export const testStore = (): StoreKind => inject('store');

/** True where instances reach their database over a network, which a proxy can stand in. */
export const hasNetwork = (): boolean => testStore() !== 'sqlite';

/** Names a database that no other test file and no other run uses. `about` makes it readable. */
export function testDatabase(about = 'case'): TestDatabase {
  return testStore() === 'mongodb' ? mongoDatabase(about) : sqlDatabase(about, testStore());
}

/** A name that no other database has. */
export const nameOf = (about: string) =>
  `test_${about
    .toLowerCase()
    .replace(/[^a-z0-9]+/gi, '_')
    .slice(0, 30)}_${randomBytes(6).toString('hex')}`;

/** The same on MongoDB, whatever the others run on: for tests of what only MongoDB is about. */
export function mongoDatabase(about = 'case'): MongoTestDatabase {
  const uri = inject('mongodbUri');
  const name = nameOf(about);
  const clients: MongoClient[] = [];
  let shared: MongoClient | undefined;

  function client(options?: MongoClientOptions): MongoClient {
    const made = new MongoClient(uri, options);
    clients.push(made);
    return made;
  }

  function db(): Db {
    shared ??= client();
    return shared.db(name);
  }

  return {
    uri,
    name,
    client,
    db,
    // As soon as something is in it, it is there.
    create: async () => {},
    prepare: async (sessionCollection = 'sessions') =>
      void (await createIndexes(db(), { sessionCollection })),
    async drop() {
      try {
        await db().dropDatabase();
      } finally {
        await Promise.all(clients.map((open) => open.close()));
      }
    },
  };
}

function sqlDatabase(about: string, kind: StoreKind): TestDatabase {
  const name = nameOf(about);
  const server = inject('databaseUrl');
  const isFile = kind === 'sqlite';
  const uri = isFile ? `sqlite:${join(server, `${name}.sqlite`)}` : withDatabase(server, name);
  let shared: ReturnType<typeof sqlAsDocuments> | undefined;
  let created: Promise<unknown> | undefined;
  const prepared = new Map<string, Promise<unknown>>();

  async function create(): Promise<void> {
    created ??= isFile ? Promise.resolve() : createSqlDatabase(kind, server, name);
    await created;
  }

  async function prepare(sessionCollection: string): Promise<void> {
    await create();
    await migrate({ databaseUrl: uri, sessionCollection }, dialectOf(kind));
  }

  return {
    uri,
    name,
    create,
    prepare: async (sessionCollection = 'sessions') => {
      const made = prepared.get(sessionCollection) ?? prepare(sessionCollection);
      prepared.set(sessionCollection, made);
      await made;
    },
    db: () => {
      shared ??= sqlAsDocuments(kind, uri);
      return shared.db;
    },
    async drop() {
      await shared?.close();
      if (!isFile) await dropSqlDatabase(kind, server, name);
      else
        for (const end of ['', '-wal', '-shm']) await rm(uri.slice('sqlite:'.length) + end, { force: true });
    },
  };
}

/** The URL of a database beside the one that is named. */
export function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Databases of SQL for a test of those alone: of the store that the tests run on, or else files of SQLite. */
export async function sqlTestDatabase(about: string) {
  const kind = testStore() === 'mongodb' ? 'sqlite' : testStore();
  const folder = kind === 'sqlite' ? await mkdtemp(join(tmpdir(), 'session-auth-')) : undefined;
  const server = inject('databaseUrl');
  const names: string[] = [];
  return {
    kind,
    /** Makes an empty one, and gives its URL. */
    create: async (): Promise<string> => {
      const name = nameOf(about);
      names.push(name);
      if (folder !== undefined) return `sqlite:${join(folder, `${name}.sqlite`)}`;
      await createSqlDatabase(kind, server, name);
      return withDatabase(server, name);
    },
    drop: async (): Promise<void> => {
      if (folder !== undefined) await rm(folder, { recursive: true });
      else for (const name of names) await dropSqlDatabase(kind, server, name);
    },
  };
}
