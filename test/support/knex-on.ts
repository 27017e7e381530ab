import { createRequire } from 'node:module';
import knexPackage, { type Knex } from 'knex';
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';

// Its names are not seen by Node, which reads it as CommonJS.
const { knex } = knexPackage;
const require = createRequire(import.meta.url);

/** Knex's own client for SQLite on a driver that installs without a compiler. */
class LibsqlClient extends BetterSqlite3Client {
  override _driver(): unknown {
    return require('libsql');
  }
}

/**
 * Knex on the database that a URL names, as its documentation connects it: `sqlite:path` or `postgres://…`.
 * What it would print is left out.
 *
 * @param most - connections to a server, Knex's own number unless told
 */
export function knexOn(url: string, most?: number): Knex {
  const log = { warn: () => undefined, error: () => undefined };
  const pool = most === undefined ? {} : { min: 0, max: most };
  const file = sqliteFile(url);
  // By its class and not as `pg`: bundles carry no list of the clients' names.
  if (file === undefined) return knex({ client: PostgresClient, connection: url, log, pool });
  return knex({ client: LibsqlClient, connection: { filename: file }, useNullAsDefault: true, log });
}

/** The file that a URL names, or undefined where it names a server. */
export function sqliteFile(url: string): string | undefined {
  return /^sqlite:(.+)$/.exec(url)?.[1];
}
