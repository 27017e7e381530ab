import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { StoreKind } from '../../lib/base/config.ts';
import { storeKinds } from '../../lib/base/store-kind.ts';
import { startDatabase } from '../../lib/dev/database.ts';
import { startPostgres } from '../../lib/dev/postgres.ts';
import { startMariadb } from './mariadb-server.ts';
import { providePostgres } from './postgres-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The store that the tests run on. */
    store: StoreKind;
    /** Where databases of MongoDB are: of all tests, or of those that are about MongoDB alone. */
    mongodbUri: string;
    /** The server of a store in SQL, or the folder of SQLite's files. */
    databaseUrl: string;
  }
}

interface Started {
  url: string;
  description: string;
  stop(): Promise<void>;
}

/** Starts the databases of all test files, in processes of their own, and stops them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const store = readStore();
  const mongodb = await startDatabase({ stage: 'test', env: process.env });
  const sql = store === 'mongodb' ? undefined : await startSql(store);
  if (sql) console.log(`database: ${sql.description}`);
  else console.log(`database: ${mongodb.description}: ${mongodb.why}`);
  process.env.TEST_MONGODB_URI = mongodb.uri;
  project.provide('store', store);
  project.provide('mongodbUri', mongodb.uri);
  project.provide('databaseUrl', sql?.url ?? '');
  // A server that the tests run on serves those of the stock libraries too.
  const url = store === 'postgres' ? sql?.url : process.env.DATABASE_URL;
  const stopPostgres = await providePostgres(project, { ...process.env, DATABASE_URL: url });
  // What tests start has the environment that they give it, and no store of the shell's.
  for (const name of ['STORE', 'DATABASE_URL']) delete process.env[name];
  return async () => {
    await stopPostgres();
    await sql?.stop();
    await mongodb.stop();
  };
}

function readStore(): StoreKind {
  const { STORE = 'mongodb' } = process.env;
  const store = storeKinds.find((kind) => kind === STORE);
  if (!store) throw new Error(`STORE is none of ${storeKinds.join(', ')}`);
  return store;
}

async function startSql(store: StoreKind): Promise<Started> {
  if (store === 'postgres') return startPostgres();
  if (store === 'sqlite') {
    // In memory where the system has that: what is written there need not wait for a disk.
    const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const folder = await mkdtemp(join(parent, 'session-auth-'));
    return { url: folder, description: 'SQLite', stop: () => rm(folder, { recursive: true, force: true }) };
  }
  const { DATABASE_URL: url } = process.env;
  if (url) return { url, description: 'the server of DATABASE_URL', stop: async () => {} };
  const started = await startMariadb();
  if ('whyNot' in started) throw new Error(`STORE=mysql needs a server in DATABASE_URL: ${started.whyNot}`);
  return { ...started, description: 'MariaDB' };
}
