import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';
import { UsageError } from '../../lib/dev/command.ts';
import { freePort } from '../../lib/dev/port.ts';
import { type Postgres, startPostgres } from '../../lib/dev/postgres.ts';
import { withPostgres } from '../../lib/dev/postgres-client.ts';
import { clusterIn } from '../../lib/dev/postgres-cluster.ts';
import { choosePostgres, usualPlaces } from '../../lib/dev/postgres-programs.ts';
import { postgresUser } from '../../lib/dev/postgres-user.ts';
import { createSqlDatabase, dropSqlDatabase } from '../support/sql-server.ts';
import type { Database } from './database-process.ts';
import { type PostgresServer, postgresFaults } from './postgres-faults.ts';

const answersWithinMs = 5000;

/** Why none can be started here, and what to install; undefined where one can, or `DATABASE_URL` names one. */
export async function whyNoPostgres(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env.DATABASE_URL?.trim()) return undefined;
  try {
    await choosePostgres(env, usualPlaces(), undefined, postgresUser(''));
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** The server of `DATABASE_URL`; otherwise a real PostgreSQL of ours, which keeps its data on disk as in production. */
export function startPostgresDatabase(databaseName: string): Promise<Database> {
  const named = process.env.DATABASE_URL?.trim();
  return named ? givenServer(named, databaseName) : ownServer(databaseName);
}

/** Somebody else's server is not killed and not stopped; of its connections those of our database alone suffer. */
async function givenServer(url: string, databaseName: string): Promise<Database> {
  const uri = await emptyDatabase(url, databaseName);
  return {
    uri,
    description: 'the server of DATABASE_URL',
    process: undefined,
    stepDown: undefined,
    faults: postgresFaults(serverAt(url, databaseName), undefined),
    end: () => dropSqlDatabase('postgres', url, databaseName),
  };
}

async function ownServer(databaseName: string): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'session-auth-chaos-'));
  // Whom PostgreSQL runs as must get to its own folder in this one.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const { DATABASE_URL: _none, ...env } = process.env;
  let running: Postgres = await startPostgres({ dataDir: folder, port, env });
  const { url, description } = running;
  const uri = await emptyDatabase(url, databaseName);
  const server = serverAt(url, databaseName);
  const postmaster = () =>
    Number(readFileSync(join(clusterIn(join(folder, 'postgres')), 'postmaster.pid'), 'utf8').split('\n')[0]);
  const signal = (signalName: NodeJS.Signals, pids: number[]) => {
    for (const pid of pids) signalOne(pid, signalName);
  };
  let frozen: number[] = [];

  async function start(): Promise<void> {
    running = await startPostgres({ dataDir: folder, port, env });
    if (running.url !== url) throw new Error('PostgreSQL came back at another address: its port was taken');
  }

  async function kill(): Promise<void> {
    const pids = family(postmaster());
    // Nobody is to be told that it ended; this sends nothing before what follows.
    const ended = running.stop();
    signal('SIGKILL', pids);
    await ended;
    // Memory that a backend still has open keeps the next server from its data.
    while (pids.some(isThere)) await wait(5);
  }

  return {
    uri,
    description,
    process: {
      start,
      kill,
      freeze: () => {
        frozen = family(postmaster());
        signal('SIGSTOP', frozen);
      },
      thaw: () => signal('SIGCONT', frozen),
    },
    stepDown: undefined,
    faults: postgresFaults(server, { signal, postmaster }),
    end: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Makes the database anew, and gives its URL. */
async function emptyDatabase(server: string, name: string): Promise<string> {
  await dropSqlDatabase('postgres', server, name);
  await createSqlDatabase('postgres', server, name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

function serverAt(url: string, databaseName: string): PostgresServer {
  const ask = (work: (client: Client) => Promise<unknown>) => withPostgres(url, answersWithinMs, work);
  const ours = `from pg_stat_activity where datname = '${databaseName}' and backend_type = 'client backend'`;
  return {
    database: databaseName,
    ask: (statement) => ask((client) => client.query(statement)).then(() => undefined),
    ours,
    backends: async () => {
      const { rows } = (await ask((client) => client.query(`select pid ${ours}`))) as {
        rows: { pid: number }[];
      };
      return rows.map(({ pid }) => pid);
    },
    untilReady: async () => {
      for (const endsAt = Date.now() + 60_000; ; await wait(20)) {
        try {
          return await ask((client) => client.query('select')).then(() => undefined);
        } catch (error) {
          if (Date.now() > endsAt) throw error;
        }
      }
    },
  };
}

/** A process and its children; the server's have none of their own. */
function family(parent: number): number[] {
  const { stdout, error } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  if (error) throw new Error(`the processes of PostgreSQL are found by ps: ${error.message}`);
  const all = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return [parent, ...all.filter(([, of]) => of === parent).map(([pid = 0]) => pid)];
}

function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

const isThere = (pid: number) => signalOne(pid, 0);
