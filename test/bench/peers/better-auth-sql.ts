import { createRequire } from 'node:module';
import { getMigrations } from 'better-auth/db/migration';
import { SqliteDialect } from 'kysely';
import { Pool } from 'pg';
import { sqliteFile } from '../../support/knex-on.ts';
import { betterAuthHandler } from '../peer-parts/better-auth-handler.ts';

/** better-auth on the database of DATABASE_URL, by its own adapter for SQL; its tables are made at the first sign-up. */
const url = process.env.DATABASE_URL ?? '';
const file = sqliteFile(url);
const database = file === undefined ? new Pool({ connectionString: url, max: 5 }) : sqlite(file);

/** Told the dialect: libsql's object has a property that better-auth takes for a database that Kysely has opened. */
function sqlite(path: string) {
  const Libsql = createRequire(import.meta.url)('libsql');
  const dialect = new SqliteDialect({ database: new Libsql(path) });
  return { dialect, type: 'sqlite', transaction: true } as const;
}

export const handler = betterAuthHandler(database, async (options) => {
  const { runMigrations } = await getMigrations(options);
  await runMigrations();
});
