import { setTimeout as wait } from 'node:timers/promises';
import { UsageError } from './command.ts';
import { type GuardedServer, startGuarded } from './guarded-server.ts';
import { withPostgres } from './postgres-client.ts';
import { clusterIn, logIn, preparedCluster } from './postgres-cluster.ts';
import { type ClusterFolder, postgresFailure } from './postgres-failure.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

const database = 'session_auth';
const answersWithinMs = 5000;
/** After a crash it first reads its journal again. */
const startsWithinMs = 60_000;

/**
 * Runs a PostgreSQL with its data in a folder, and makes data and an empty database where there is none.
 *
 * @throws {UsageError} where it does not start, another process has the data open, or `interrupted` resolves
 */
export async function runPostgres(
  programs: PostgresPrograms,
  cluster: ClusterFolder,
  port: number,
  interrupted: Promise<unknown>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const { folder, isKept, runAs } = cluster;
  const password = await preparedCluster(programs, cluster, interrupted);
  const args = Object.entries(settings(port, isKept)).map(([name, value]) => `-c${name}=${value}`);
  const server = startGuarded(
    {
      program: programs.postgres,
      args: [`-D${clusterIn(folder)}`, ...args],
      runAs,
      // Soon, but in order; what is thrown away needs no order.
      endSignal: isKept ? 'SIGINT' : 'SIGQUIT',
      temporaryFolder: isKept ? undefined : folder,
    },
    logIn(folder),
  );
  const urlOf = (name: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${name}`;
  try {
    if (!(await becomesReady(urlOf('postgres'), server, interrupted)))
      throw postgresFailure(programs.postgres, server.said(), cluster);
  } catch (error) {
    await server.stop();
    throw error;
  }
  let isWanted = true;
  void server.ended.then(
    () => isWanted && console.error(`PostgreSQL ended unexpectedly; ${logIn(folder)} says why`),
  );
  return {
    url: urlOf(database),
    async stop() {
      isWanted = false;
      await server.stop();
    },
  };
}

function settings(port: number, isKept: boolean): Record<string, string | number> {
  const survivesCrash = isKept ? 'on' : 'off';
  return {
    listen_addresses: '127.0.0.1',
    port,
    // TCP alone: a socket would be one more way in, and in a folder with a long name it is refused.
    unix_socket_directories: '',
    fsync: survivesCrash,
    full_page_writes: survivesCrash,
    // Tests have many instances at once, each with connections of its own.
    max_connections: isKept ? 100 : 600,
  };
}

/**
 * Waits until the server answers and has our database; false where it has ended before.
 *
 * @throws {UsageError} where `interrupted` resolves
 * @throws what the driver throws, where the server runs but does not answer in a minute
 */
async function becomesReady(
  url: string,
  server: GuardedServer,
  interrupted: Promise<unknown>,
): Promise<boolean> {
  let over: 'ended' | 'interrupted' | undefined;
  void server.ended.then(() => (over ??= 'ended'));
  void interrupted.then(() => (over ??= 'interrupted'));
  const deadline = Date.now() + startsWithinMs;
  while (over === undefined) {
    try {
      await withPostgres(url, answersWithinMs, async (client) => {
        const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
        if (rowCount === 0) await client.query(`create database ${database}`);
      });
      return true;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await wait(50);
  }
  if (over === 'interrupted') throw new UsageError('Interrupted.');
  return false;
}
