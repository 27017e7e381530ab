import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { type MongoServerOptions, startMongoServer } from '../../lib/dev/mongo-server/start-mongo-server.ts';

/** A folder that is removed by the last of `ends`. */
export function temporaryFolder(ends: (() => Promise<unknown>)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'mongo-server-'));
  ends.unshift(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The stand-in in a process of its own, to be killed without warning. */
export async function forkServer(options: MongoServerOptions) {
  const program = fileURLToPath(new URL('../../lib/dev/mongo-server/process.ts', import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(program, [], { execArgv: ['--import', tsx], stdio: ['ignore', 'ignore', 2, 'ipc'] });
  const ended = once(child, 'exit');
  child.send(options);
  const [answer] = await once(child, 'message');
  const { uri, error } = answer as { uri?: string; error?: string };
  if (uri === undefined) throw new Error(error);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { uri, process: child, ended, kill };
}

export interface Numbered extends Document {
  _id: number;
}

/** Starts servers in this process; everything that `ends` holds is to be called after each test, last first. */
export function serverStarter() {
  const ends: (() => Promise<unknown>)[] = [];

  /** A collection, by a client of its own. */
  function open(uri: string): Collection<Numbered> {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
    ends.push(() => client.close());
    return client.db('test').collection<Numbered>('things');
  }

  async function start(options: MongoServerOptions = {}) {
    const server = await startMongoServer({ stage: 'test', ...options });
    let isRunning = true;
    const stop = async () => {
      if (isRunning) await server.stop();
      isRunning = false;
    };
    ends.push(stop);
    return { ...server, stop, things: open(server.uri) };
  }

  return { ends, open, start };
}
