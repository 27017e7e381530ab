import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../lib/dev/command.ts';
import { startPostgres } from '../../lib/dev/postgres.ts';
import { createSqlDatabase, dropSqlDatabase } from '../support/sql-server.ts';
import { SkippedError } from './figure.ts';

export type SqlKind = 'postgres' | 'sqlite';

/** Where databases of SQL are made and dropped by name. */
export interface SqlServer {
  description: string;
  urlOf(name: string): string;
  create(name: string): Promise<void>;
  drop(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** @throws {SkippedError} where this machine has no PostgreSQL, and none is named. */
export function startSqlServer(kind: SqlKind): Promise<SqlServer> {
  return kind === 'postgres' ? postgresServer() : sqliteFolder();
}

async function postgresServer(): Promise<SqlServer> {
  const { DATABASE_URL: named = '', ...others } = process.env;
  const isNamed = /^postgres(ql)?:/.test(named);
  const { url, description, stop } = await startPostgres({ env: isNamed ? process.env : others }).catch(
    (error: unknown) => {
      throw error instanceof UsageError && !isNamed ? new SkippedError(error.message) : error;
    },
  );
  return {
    description,
    urlOf: (name) => Object.assign(new URL(url), { pathname: `/${name}` }).href,
    create: (name) => createSqlDatabase('postgres', url, name),
    drop: (name) => dropSqlDatabase('postgres', url, name),
    stop,
  };
}

async function sqliteFolder(): Promise<SqlServer> {
  const folder = await mkdtemp(join(tmpdir(), 'session-auth-bench-'));
  return {
    description: `SQLite, files in ${folder}`,
    urlOf: (name) => `sqlite:${join(folder, `${name}.sqlite`)}`,
    // A file comes into being as it is opened, and goes with the folder.
    create: async () => {},
    drop: async () => {},
    stop: () => rm(folder, { recursive: true }),
  };
}
