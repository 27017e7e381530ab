import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UsageError } from './command.ts';
import type { DownloadNews } from './download-process.ts';
import { showProgress } from './progress.ts';

/** How long a download is waited for, in milliseconds. */
export interface Patience {
  /** Until the host sends something. */
  hostMs: number;
  /** While it sends nothing more. */
  quietMs: number;
  /** For the whole, as far as its pace lets foresee after `paceMs`. */
  wholeMs: number;
  paceMs: number;
}

const usual: Patience = { hostMs: 3000, quietMs: 15_000, wholeMs: 300_000, paceMs: 10_000 };
const unpackMs = 120_000;

export interface DownloadOptions {
  env: NodeJS.ProcessEnv;
  patience?: Partial<Patience>;
  /** Gives up as soon as it resolves. */
  interrupted?: Promise<unknown> | undefined;
}

/** The host that MongoDB is downloaded from. */
export function downloadHost(env: NodeJS.ProcessEnv): string {
  const named = env.MONGOMS_DOWNLOAD_URL || env.MONGOMS_DOWNLOAD_MIRROR;
  return named && URL.canParse(named) ? new URL(named).host : 'fastdl.mongodb.org';
}

/**
 * Has mongodb-memory-server download a `mongod`, in a process that can be ended, and shows how far it is. Nothing half
 * stays in its cache, however that ends.
 *
 * @returns the path of the binary
 * @throws {UsageError} where it was interrupted
 * @throws {Error} where the host does not answer, stalls or is too slow, and for what it sent
 */
export async function downloadMongod({ env, patience, interrupted }: DownloadOptions): Promise<string> {
  const host = downloadHost(env);
  const progress = showProgress(`Downloading MongoDB from ${host}`);
  const child = startDownload(env);
  let folder: string | undefined;
  let binary: string | undefined;
  let failure: Error | undefined;
  const giveUp = (reason: Error) => {
    failure ??= reason;
    child.kill('SIGKILL');
  };
  const clock = downloadClock(host, { ...usual, ...patience }, (reason) => giveUp(new Error(reason)));
  child.on('message', (news: DownloadNews) => {
    if ('folder' in news) {
      folder = news.folder;
      clock.asked();
    } else if ('bytes' in news) {
      progress.at(news.bytes / news.of);
      clock.came(news.bytes, news.of);
    } else if ('binary' in news) binary = news.binary;
    else failure ??= new Error(news.error);
  });
  void interrupted?.then(() => giveUp(new UsageError('Interrupted.')));
  // Its last message may come after its end, and before that of their channel.
  const [[, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  clock.stop();
  progress.end();
  if (binary !== undefined) return binary;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  throw failure ?? (signal ? new UsageError('Interrupted.') : new Error('the download ended early'));
}

function startDownload(env: NodeJS.ProcessEnv): ChildProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return fork(fileURLToPath(new URL('download-process.ts', import.meta.url)), [], {
    execArgv: ['--import', tsx],
    // Without it mongodb-memory-server takes a program from whoever answers in the host's name.
    env: { npm_config_strict_ssl: 'true', ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** Calls `giveUp` with a reason once a download has taken longer than anybody waits. */
function downloadClock(host: string, patience: Patience, giveUp: (reason: string) => void) {
  const { hostMs, quietMs, wholeMs, paceMs } = patience;
  let firstAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const within = (ms: number, otherwise: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp(`${otherwise} ${ms / 1000} s`), ms);
  };
  return {
    asked: () => within(hostMs, `${host} does not answer within`),
    came(bytes: number, of: number) {
      firstAt ??= Date.now();
      const elapsedMs = Date.now() - firstAt;
      const foreseenMs = (elapsedMs * of) / bytes;
      if (elapsedMs > paceMs && foreseenMs > wholeMs)
        giveUp(`${host} is too slow: it would take ${Math.ceil(foreseenMs / 60_000)} minutes`);
      else if (bytes < of) within(quietMs, `${host} has sent nothing for`);
      else within(unpackMs, 'what came was not unpacked within');
    },
    stop: () => clearTimeout(timer),
  };
}
