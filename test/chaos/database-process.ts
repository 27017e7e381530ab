import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MongoClient } from 'mongodb';
import type { StoreKind } from '../../lib/base/config.ts';
import { cachedMongod, mongodOnPath } from '../../lib/dev/mongod.ts';
import { freePort } from '../../lib/dev/port.ts';
import type { Faults } from './faults.ts';
import { startPostgresDatabase } from './postgres-process.ts';

/** What can be done to a server that is a process of ours. */
export interface DatabaseProcess {
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP, and what wakes it again. */
  freeze(): void;
  thaw(): void;
}

/** The server that the storm goes over. */
export interface Database {
  /** Of SQL with the database in it. */
  readonly uri: string;
  readonly description: string;
  /** Undefined where `MONGODB_URI` or `DATABASE_URL` names a server of somebody else's. */
  readonly process: DatabaseProcess | undefined;
  /** Has the primary step down and waits until there is one again; undefined where it is no replica set. */
  readonly stepDown: (() => Promise<void>) | undefined;
  /** What happens to no other kind of server. */
  readonly faults?: Faults;
  end(): Promise<void>;
}

/** The server of a store, with an empty database of that name. */
export function startDatabase(store: StoreKind, databaseName: string): Promise<Database> {
  return store === 'postgres' ? startPostgresDatabase(databaseName) : startMongo(databaseName);
}

/**
 * The server of `MONGODB_URI`; otherwise a process of ours: a real mongod where one is on the machine, or the
 * built-in stand-in. Both keep their data on disk.
 */
async function startMongo(databaseName: string): Promise<Database> {
  const given = process.env.MONGODB_URI;
  if (given) return givenDatabase(given, databaseName);
  const binary = process.env.MONGOMS_SYSTEM_BINARY || mongodOnPath(process.env) || (await cachedMongod());
  const folder = mkdtempSync(join(tmpdir(), 'session-auth-chaos-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const port = await freePort();
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    child = await (binary ? launchMongod(binary, dataDir, port) : launchStandIn(dataDir, port));
    if (binary) await becomePrimary(uri, port);
  }

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  await start();
  return {
    uri,
    description: binary ?? 'built-in stand-in for MongoDB',
    process: {
      start,
      kill,
      freeze: () => void child?.kill('SIGSTOP'),
      thaw: () => void child?.kill('SIGCONT'),
    },
    stepDown: binary ? () => stepDown(uri) : undefined,
    end: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Somebody else's server is not killed and not stopped; our database on it is dropped before and after. */
async function givenDatabase(uri: string, databaseName: string): Promise<Database> {
  const drop = () => withClient(uri, (client) => client.db(databaseName).dropDatabase());
  await drop();
  const hello = await withClient(uri, (client) => client.db('admin').command({ hello: 1 }));
  return {
    uri,
    description: 'the server of MONGODB_URI',
    process: undefined,
    stepDown: hello.setName ? () => stepDown(uri) : undefined,
    end: async () => void (await drop()),
  };
}

async function launchStandIn(dataDir: string, port: number): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('../../lib/dev/mongo-server/process.ts', import.meta.url));
  const child = fork(program, [], { execArgv: ['--import', 'tsx'], stdio: ['ignore', 2, 2, 'ipc'] });
  child.send({ dataDir, port, stage: 'test' });
  const [answer] = (await once(child, 'message')) as [{ error?: string }];
  if (answer.error) throw new Error(`the development database does not start: ${answer.error}`);
  return child;
}

async function launchMongod(binary: string, dataDir: string, port: number): Promise<ChildProcess> {
  const args = ['--dbpath', dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', 'chaos'];
  return spawn(binary, args, { stdio: 'ignore' });
}

/** Makes a mongod a replica set of one where it is none yet, and waits until it takes writes. */
async function becomePrimary(uri: string, port: number): Promise<void> {
  const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
  await untilPrimary(uri, async (client, hello) => {
    if (!hello.setName) await client.db('admin').command({ replSetInitiate: { _id: 'chaos', members } });
  });
}

async function stepDown(uri: string): Promise<void> {
  const command = { replSetStepDown: 2, force: true, secondaryCatchUpPeriodSecs: 0 };
  await withClient(uri, (client) => client.db('admin').command(command));
  await untilPrimary(uri, async () => undefined);
}

async function untilPrimary(
  uri: string,
  otherwise: (client: MongoClient, hello: { setName?: string }) => Promise<void>,
): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const isPrimary = await withClient(uri, async (client) => {
      const hello = await client.db('admin').command({ hello: 1 });
      if (!hello.isWritablePrimary) await otherwise(client, hello);
      return hello.isWritablePrimary === true;
    }).catch(() => false);
    if (isPrimary) return;
    await wait(200);
  }
  throw new Error('no primary within 30 seconds');
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 3000 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
