import { Worker } from 'node:worker_threads';
import type { InstanceData, Outcome } from './instance-worker.ts';
import type { Tally } from './model.ts';
import type { Random } from './random.ts';

/**
 * What became of a request: an answer, or none: its instance was killed under it, took longer than it may, or
 * failed by itself.
 */
export interface Result {
  kind: 'answer' | 'killed' | 'timed out' | 'failed';
  /** Of an answer only. */
  result?: unknown;
  /** Milliseconds on the instance, without its start. */
  ms: number;
}

/** The functions' time-out in serverless.yml, after which Lambda ends the instance, in milliseconds. */
export const timeoutMs = 10_000;

/** So many instances of a function may be started over its share. */
const surplus = 2;

/** Instances as Lambda runs them: one request each at a time, started when none is free, ended at any moment. */
export interface Fleet {
  invoke(functionName: string, event: unknown): Promise<Result>;
  /** Ends one instance at random, in the middle of whatever it does. */
  killOne(random: Random): void;
  /** Starts one more of a function that the random choice names, unless there are more than enough of it. */
  startOne(random: Random): void;
  /** Starts as many as there may be, and waits for them. */
  startAll(): Promise<void>;
  /** Ends all; the next requests start new ones. */
  killAll(): Promise<void>;
  readonly counts: { started: number; killed: number };
  size(): number;
}

interface Instance {
  functionName: string;
  worker: Worker;
  busy: boolean;
  /** Who ended it; undefined where it ended by itself. */
  endedBy: 'us' | 'its time-out' | undefined;
  settle: ((outcome: Outcome | undefined) => void) | undefined;
  /** Resolves once it has loaded its bundle, or has died on the way; Lambda does not count that as the request's. */
  loaded: Promise<void>;
}

/**
 * Makes a fleet. What an instance must not do (end by itself, throw) is lost.
 *
 * @param program the built `instance-worker.ts`.
 * @param functions what each function's instances load, and how many of it there may be, by its name.
 * @param environmentOf the environment of an instance, by how many were started before it.
 */
export function createFleet(options: {
  program: string;
  functions: Record<string, { bundle: string; most: number }>;
  environmentOf: (instance: number) => NodeJS.ProcessEnv;
  tally: Tally;
}): Fleet {
  const { program, functions, environmentOf, tally } = options;
  const instances = new Set<Instance>();
  const waiting = new Map(Object.keys(functions).map((name) => [name, [] as (() => void)[]]));
  const counts = { started: 0, killed: 0 };
  const of = (functionName: string) => [...instances].filter((each) => each.functionName === functionName);
  const wakeOne = (functionName: string) => waiting.get(functionName)?.shift()?.();

  function start(functionName: string): Instance {
    const bundle = functions[functionName]?.bundle;
    if (!bundle) throw new Error(`no bundle of ${functionName}`);
    const workerData: InstanceData = { bundle, environment: environmentOf(counts.started) };
    // Without execArgv each would load tsx as well, and have it transform the whole bundle.
    const worker = new Worker(program, { workerData, execArgv: [], stdout: true, stderr: true });
    // What an instance logs is not looked at, but it must not pile up.
    for (const stream of [worker.stdout, worker.stderr]) stream.resume();
    const loaded = new Promise<void>((resolve) => {
      worker.once('message', () => resolve());
      worker.once('exit', () => resolve());
    });
    const instance: Instance = {
      functionName,
      worker,
      busy: true,
      endedBy: undefined,
      settle: undefined,
      loaded,
    };
    instances.add(instance);
    counts.started += 1;
    let reason: unknown;
    worker.on('message', (outcome: Outcome) => {
      if (outcome.error) tally.lose('a handler threw', outcome.error);
      if (outcome.id > 0) instance.settle?.(outcome);
    });
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', (code) => {
      instances.delete(instance);
      if (!instance.endedBy)
        tally.lose('an instance ended by itself', `${functionName}: ${reason ?? `exit code ${code}`}`);
      instance.settle?.(undefined);
      wakeOne(functionName);
    });
    return instance;
  }

  function free(instance: Instance): void {
    instance.busy = false;
    wakeOne(instance.functionName);
  }

  async function startFree(functionName: string): Promise<void> {
    const instance = start(functionName);
    await instance.loaded;
    free(instance);
  }

  async function take(functionName: string): Promise<Instance> {
    for (;;) {
      const all = of(functionName);
      const idle = all.find((each) => !each.busy && !each.endedBy);
      if (idle) {
        idle.busy = true;
        return idle;
      }
      if (all.length < (functions[functionName]?.most ?? 0)) return start(functionName);
      await new Promise<void>((resolve) => waiting.get(functionName)?.push(resolve));
    }
  }

  async function kill(instance: Instance): Promise<void> {
    instance.endedBy ??= 'us';
    await instance.worker.terminate();
  }

  let lastId = 0;
  return {
    counts,
    size: () => instances.size,
    invoke: async (functionName, event) => {
      const instance = await take(functionName);
      lastId += 1;
      const id = lastId;
      await instance.loaded;
      const startedAt = performance.now();
      if (!instances.has(instance)) return { kind: instance.endedBy ? 'killed' : 'failed', ms: 0 };
      const answered = new Promise<Outcome | undefined>((resolve) => {
        instance.settle = resolve;
        instance.worker.postMessage({ id, event });
      });
      const tooLate = setTimeout(() => {
        instance.endedBy ??= 'its time-out';
        void instance.worker.terminate();
      }, timeoutMs);
      const outcome = await answered;
      clearTimeout(tooLate);
      const ms = performance.now() - startedAt;
      instance.settle = undefined;
      free(instance);
      if (outcome && outcome.error === undefined) return { kind: 'answer', result: outcome.result, ms };
      if (instance.endedBy === 'its time-out') return { kind: 'timed out', ms };
      return { kind: instance.endedBy ? 'killed' : 'failed', ms };
    },
    killOne: (random) => {
      const all = [...instances].filter((each) => !each.endedBy);
      if (all.length === 0) return;
      counts.killed += 1;
      void kill(random.pick(all));
    },
    startOne: (random) => {
      const functionName = random.pick(Object.keys(functions));
      if (of(functionName).length >= (functions[functionName]?.most ?? 0) + surplus) return;
      void startFree(functionName);
    },
    startAll: async () => {
      const wanted = Object.entries(functions).flatMap(([name, { most }]) => Array<string>(most).fill(name));
      await Promise.all(wanted.map(startFree));
    },
    killAll: async () => void (await Promise.all([...instances].map(kill))),
  };
}
