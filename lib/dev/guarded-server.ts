import { fork } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface GuardedProgram {
  program: string;
  args: string[];
  /** Whom it runs as, where that is not who runs this. */
  runAs?: { uid: number; gid: number } | undefined;
  /** What ends it. */
  endSignal: NodeJS.Signals;
  /** Removed with it, once it is stopped or this process is gone. */
  temporaryFolder?: string | undefined;
}

export interface GuardedServer {
  /** Resolves with its exit code once it has ended, by itself or not. */
  ended: Promise<number>;
  /** What it has written since its start. */
  said(): string;
  stop(): Promise<void>;
}

/**
 * Runs a server, or what prepares one, until it is stopped or this process is gone, whatever becomes of it. Ctrl-C,
 * which reaches the whole group, does not reach it.
 *
 * @param log - the file that takes what it writes, after what is there
 */
export function startGuarded(program: GuardedProgram, log: string): GuardedServer {
  const file = openSync(log, 'a', 0o600);
  const begin = statSync(log).size;
  const guard = fork(fileURLToPath(new URL('server-guard.mjs', import.meta.url)), [], {
    execArgv: [],
    stdio: ['ignore', file, file, 'ipc'],
    detached: true,
    // English, and the same on every machine.
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(file);
  const ended = new Promise<number>((resolve) => {
    guard.once('exit', (code) => resolve(code ?? 1));
    guard.once('error', (error) => {
      appendFileSync(log, `${error.message}\n`);
      resolve(1);
    });
  });
  guard.send(program);
  return {
    ended,
    said: () => readFileSync(log).subarray(begin).toString(),
    async stop() {
      if (guard.connected) guard.disconnect();
      await ended;
    },
  };
}
