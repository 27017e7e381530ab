import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MongoServerOptions } from './start-mongo-server.ts';

const stopWithinMs = 5000;

/**
 * Starts the stand-in in a process of its own, which ends with this one, whatever becomes of it.
 *
 * @throws what `startMongoServer` throws
 */
export async function spawnMongoServer(
  options: MongoServerOptions,
): Promise<{ uri: string; stop(): Promise<void> }> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(fileURLToPath(new URL('process.ts', import.meta.url)), [], {
    execArgv: ['--import', tsx],
    // Standard output is the caller's; what the server has to say goes to standard error.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ended = once(child, 'exit');
  child.send(options);
  const answer = await Promise.race([once(child, 'message'), ended.then(() => [])]);
  const { uri, error } = (answer[0] ?? { error: 'the stand-in for MongoDB ended at its start' }) as {
    uri?: string;
    error?: string;
  };
  if (uri === undefined) throw new Error(error);
  const complain = () => console.error('the stand-in for MongoDB ended unexpectedly');
  child.once('exit', complain);
  return {
    uri,
    async stop() {
      child.off('exit', complain);
      await end(child, ended);
    },
  };
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await ended;
  clearTimeout(timer);
}
