import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnServerless, withSecretsForOffline } from './serverless.ts';

export interface OfflineOptions {
  readonly port: number;
  readonly stage: string;
  /** Its secrets and settings reach the functions through serverless.yml's `environment`, nothing else does. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of serverless.yml. */
  readonly cwd?: string;
  /** A new instance for each request, so that the newest build answers. */
  readonly reload?: boolean;
  /** Seconds after which an idle instance is ended. */
  readonly idleSeconds?: number;
  /** Receives each line that the functions or serverless-offline print. */
  readonly onLine: (line: string) => void;
}

export interface Offline {
  readonly url: string;
  /** Resolves with the exit code once the process is gone. */
  readonly ended: Promise<number>;
  /** Ends the process within three seconds. */
  stop(): Promise<void>;
}

/** Nobody's words: empty lines, the box of routes, and Node's warnings about serverless-offline itself. */
const noise = /^\s*$|^\s*[┌│└]|^\(node:\d+\) |^\(Use `node --trace-/;

const asApiGateway = new URL('as-api-gateway.mjs', import.meta.url);

/**
 * Runs the functions of serverless.yml under serverless-offline on `http://localhost:<port>`, which passes on
 * what API Gateway does.
 */
export function startOffline(options: OfflineOptions): Offline {
  const { port, stage, env, cwd, reload = false, idleSeconds = 5, onLine } = options;
  const child = spawnServerless({
    args: [
      'offline',
      ...['--stage', stage, '--httpPort', String(port)],
      // The port for the AWS SDK's own calls: any free one, so that two can run side by side.
      ...['--lambdaPort', '0'],
      ...['--terminateIdleLambdaTime', String(idleSeconds), '--noSponsor'],
      ...(reload ? ['--reloadHandler'] : []),
    ],
    preload: [asApiGateway],
    env: { SLS_LOG_LEVEL: 'warning', ...withSecretsForOffline(env) },
    ...(cwd === undefined ? {} : { cwd }),
    output: 'pipe',
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
        if (!noise.test(line)) onLine(line);
      });
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      onLine(error.message);
      resolve(1);
    });
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    // It waits up to five seconds for requests under way; whoever stops it does not.
    await Promise.race([ended, delay(2000, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  };
  return { url: `http://localhost:${port}`, ended, stop };
}

/** Waits until `url`, of `/health/live`, says ok, and tells whether it did so before `over` resolved. */
export async function answering(url: string, over: Promise<unknown>): Promise<boolean> {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    const said = await answer?.text().catch(() => undefined);
    // A function that does not load is 200 too, with what was wrong.
    if (answer?.status === 200 && said === '{"status":"ok"}') return true;
    await Promise.race([over, delay(200)]);
  }
  return false;
}
