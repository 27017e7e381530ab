import { mkdir, open } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { StoreKind } from '../base/config.ts';
import { databaseVariable, exampleOf } from './chosen-store.ts';
import { UsageError } from './command.ts';
import { type DatabaseOptions, startDatabase } from './database.ts';
import { databaseConfig } from './database-config.ts';
import { startPostgres } from './postgres.ts';

export interface StoreDatabase {
  /** What it is reached by: the value of MONGODB_URI or DATABASE_URL. */
  address: string;
  /** For people, without a line break: which one it is and where its data lies. */
  description: string;
  /** The same: why this one. */
  why: string;
  stop(): Promise<void>;
}

export interface StoreDatabaseOptions extends DatabaseOptions {
  dataDir: string;
}

/**
 * Gives a store its database: the one that its variable names, else a server that is started here, or SQLite's file
 * `session-auth.sqlite` in the data folder.
 *
 * @throws {UsageError} where none is named and none can be started, and as {@link startDatabase} and
 *   {@link startPostgres} do.
 */
export async function startStoreDatabase(
  store: StoreKind,
  options: StoreDatabaseOptions,
): Promise<StoreDatabase> {
  if (store === 'mongodb') {
    const { uri, ...database } = await startDatabase(options);
    return { ...database, address: uri };
  }
  if (store === 'postgres') {
    const { url, ...database } = await startPostgres(options);
    return { ...database, address: url };
  }
  return store === 'mysql' ? namedMysql(options) : sqliteFile(options);
}

const isNamed = { why: 'DATABASE_URL names it', stop: async () => {} };

function namedMysql({ env = process.env }: StoreDatabaseOptions): StoreDatabase {
  if (!env.DATABASE_URL?.trim())
    throw new UsageError(
      `STORE=mysql needs a server of MySQL or MariaDB, since none is started here. Name it in DATABASE_URL:\n  ${exampleOf.mysql} npm run dev`,
    );
  const { databaseUrl: address } = databaseConfig(env);
  return { ...isNamed, address, description: `MySQL at ${new URL(address).host} (DATABASE_URL)` };
}

async function sqliteFile({ dataDir, env = process.env }: StoreDatabaseOptions): Promise<StoreDatabase> {
  const describe = (address: string) =>
    `SQLite in ${relative('', address.slice('sqlite:'.length))}, for this machine alone`;
  if (env.DATABASE_URL?.trim()) {
    const { databaseUrl: address } = databaseConfig(env);
    return { ...isNamed, address, description: describe(address) };
  }
  await mkdir(dataDir, { recursive: true });
  const file = resolve(join(dataDir, 'session-auth.sqlite'));
  // SQLite makes its files as readable as this one is: nobody else on this machine reads hashes and mails.
  await (await open(file, 'a', 0o600)).close();
  const address = `sqlite:${file}`;
  return { address, description: describe(address), why: 'DATABASE_URL names none', stop: async () => {} };
}

/** The variables by which functions reach a store's database. */
export const environmentOf = (store: StoreKind, { address }: StoreDatabase) => ({
  STORE: store,
  [databaseVariable(store)]: address,
});
