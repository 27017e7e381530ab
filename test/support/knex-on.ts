import { createRequire } from 'node:module';
import knexPackage, { type Knex } from 'knex';
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js';

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
 */
export function knexOn(url: string): Knex {
  const log = { warn: () => undefined, error: () => undefined };
  const file = sqliteFile(url);
  if (file === undefined) return knex({ client: 'pg', connection: url, log });
  return knex({ client: LibsqlClient, connection: { filename: file }, useNullAsDefault: true, log });
}

/** The file that a URL names, or undefined where it names a server. */
export function sqliteFile(url: string): string | undefined {
  return /^sqlite:(.+)$/.exec(url)?.[1];
}
