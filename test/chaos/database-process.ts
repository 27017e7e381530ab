import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { cachedMongod, mongodOnPath } from '../../lib/dev/mongod.ts';
import { freePort } from '../../lib/dev/port.ts';

/** A database server that can be treated as no one should treat one. */
export interface DatabaseProcess {
  readonly port: number;
  readonly description: string;
  /** True where it is a replica set, whose primary can step down. */
  readonly isReplicaSet: boolean;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP, and what wakes it again. */
  freeze(): void;
  thaw(): void;
  stepDown(seconds: number): Promise<void>;
  end(): Promise<void>;
}

/** A real mongod where one is on the machine, otherwise the built-in stand-in; both keep their data on disk. */
export async function databaseProcess(): Promise<DatabaseProcess> {
  const binary = process.env.MONGOMS_SYSTEM_BINARY || mongodOnPath(process.env) || (await cachedMongod());
  const folder = mkdtempSync(join(tmpdir(), 'session-auth-chaos-'));
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const port = await freePort();
  let child: ChildProcess | undefined;

  const launch = binary ? () => launchMongod(binary, dataDir, port) : () => launchStandIn(dataDir, port);
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;

  async function kill(): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  return {
    port,
    description: binary ?? 'built-in stand-in for MongoDB',
    isReplicaSet: binary !== undefined,
    start: async () => {
      child = await launch();
      if (binary) await becomePrimary(uri, port);
    },
    kill,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stepDown: async (seconds) => {
      await withClient(uri, (client) =>
        client.db('admin').command({ replSetStepDown: seconds, force: true, secondaryCatchUpPeriodSecs: 0 }),
      ).catch(() => undefined);
    },
    end: async () => {
      child?.kill('SIGCONT');
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launchStandIn(dataDir: string, port: number): Promise<ChildProcess> {
  const program = new URL('../../lib/dev/mongo-server/process.ts', import.meta.url).pathname;
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

/** Waits until a mongod takes writes, and makes it a replica set of one where it is none yet. */
async function becomePrimary(uri: string, port: number): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    const isPrimary = await withClient(uri, async (client) => {
      const hello = await client.db('admin').command({ hello: 1 });
      const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
      if (!hello.setName) await client.db('admin').command({ replSetInitiate: { _id: 'chaos', members } });
      return hello.isWritablePrimary === true;
    }).catch(() => false);
    if (isPrimary) return;
    await wait(200);
  }
  throw new Error('mongod did not become primary within 30 seconds');
}

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 1000 });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
