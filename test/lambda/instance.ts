import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../lib/dev/port.ts';
import type { CpuGroup } from './cpu-group.ts';
import type { PackagedFunction } from './packaged.ts';
import type { Tools } from './tools.ts';

/** What Lambda is told where an invocation failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
}

export type Invoked = { readonly result: unknown } | { readonly error: FunctionError };

/** One execution environment: the emulator, and the runtime that it started. */
export interface Instance {
  readonly name: string;
  readonly memorySize: number;
  /** The first one starts the runtime. */
  invoke(event: unknown): Promise<Invoked>;
  /** The result of an invocation; throws where it failed. As `createClient` of test/support/events.ts wants it. */
  handler(event: unknown): Promise<unknown>;
  /** What the function wrote, line by line, without what the emulator writes. */
  readonly lines: readonly string[];
  /** The runtime's process. */
  pid(): Promise<number>;
  stop(): Promise<void>;
}

/** Of the emulator: START, END and REPORT of each invocation, and its own log. */
const ofTheEmulator = /^(START|END|REPORT) RequestId: |^\d\d \w{3} \d{4} [\d:,]+ \[\w+\]/;

/** What no environment of Lambda lacks; credentials and region are an example's. */
function runtimeEnvironment(packaged: PackagedFunction, stage: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    LAMBDA_TASK_ROOT: packaged.folder,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: `session-auth-${stage}-${packaged.name}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(packaged.memorySize),
    // Read by the emulator, in seconds.
    AWS_LAMBDA_FUNCTION_TIMEOUT: String(packaged.timeout),
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'an example of a secret key',
  };
}

/** Starts the emulator, which starts the runtime at the first event. */
export async function startInstance(
  tools: Tools,
  packaged: PackagedFunction,
  environment: Readonly<Record<string, string>>,
  group?: CpuGroup,
): Promise<Instance> {
  const port = await freePort();
  const args = ['--log-level', 'error', '--runtime-api-address', `127.0.0.1:${await freePort()}`];
  args.push('--runtime-interface-emulator-address', `127.0.0.1:${port}`);
  const emulator = spawn(tools.emulator, [...args, tools.node, tools.client, packaged.handler], {
    cwd: packaged.folder,
    env: { ...runtimeEnvironment(packaged, environment.STAGE ?? ''), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => {
    emulator.once('exit', () => done());
    emulator.once('error', () => done());
  });
  if (emulator.pid !== undefined) await group?.add(emulator.pid);
  const lines: string[] = [];
  for (const input of [emulator.stdout, emulator.stderr])
    createInterface({ input }).on('line', (line) => {
      if (!ofTheEmulator.test(line)) lines.push(line);
    });

  async function invoke(event: unknown): Promise<Invoked> {
    const url = `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`;
    const text = await (await postWhenThere(url, JSON.stringify(event), ended)).text();
    if (text.startsWith('Task timed out')) throw new Error(`${packaged.name}: ${text}`);
    const result: unknown = JSON.parse(text);
    if (typeof result !== 'object' || result === null || !('errorType' in result)) return { result };
    return { error: result as FunctionError };
  }

  return {
    name: packaged.name,
    memorySize: packaged.memorySize,
    invoke,
    handler: async (event) => {
      const invoked = await invoke(event);
      if ('result' in invoked) return invoked.result;
      const { errorType, errorMessage } = invoked.error;
      throw new Error(`${packaged.name} failed: ${errorType}: ${errorMessage}`);
    },
    lines,
    pid: () => onlyChild(emulator.pid ?? 0),
    stop: async () => {
      const child = await onlyChild(emulator.pid ?? 0).catch(() => undefined);
      if (child !== undefined) process.kill(child, 'SIGKILL');
      emulator.kill('SIGKILL');
      await ended;
    },
  };
}

/** The emulator listens a moment after it was started. */
async function postWhenThere(url: string, body: string, ended: Promise<void>): Promise<Response> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    try {
      return await fetch(url, { method: 'POST', body, keepalive: false });
    } catch (error) {
      const { code } = (error as { cause?: { code?: unknown } }).cause ?? {};
      if (isOver || code !== 'ECONNREFUSED') throw error;
      await delay(50);
    }
  }
}

/** The runtime is the one process that the emulator starts. */
async function onlyChild(parent: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // Behind the name, which may hold anything: the state, and the parent.
    if (Number(/\) \S (\d+) [^)]*$/.exec(stat)?.[1]) === parent) return Number(pid);
  }
  throw new Error('the emulator has no runtime');
}
