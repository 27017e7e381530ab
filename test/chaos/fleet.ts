import { Worker } from 'node:worker_threads';
import type { InstanceData, Outcome } from './instance-worker.ts';
import type { Random } from './random.ts';

/** What became of a request: an answer, or none: its instance was killed under it, or took longer than it may. */
export type Result =
  | { kind: 'answer'; result: unknown; ms: number }
  | { kind: 'killed'; ms: number }
  | { kind: 'timed out'; ms: number };

/** The functions' own time-out, after which Lambda ends the instance, in milliseconds. */
const timeoutMs = 10_000;

/** Instances as Lambda runs them: one request each at a time, started when none is free, ended at any moment. */
export interface Fleet {
  invoke(functionName: string, event: unknown): Promise<Result>;
  /** Ends one instance at random, in the middle of whatever it does. */
  killOne(random: Random): void;
  readonly counts: { started: number; killed: number };
  /** What instances said that they must not: unhandled rejections, thrown errors. */
  readonly faults: string[];
  end(): Promise<void>;
}

interface Instance {
  functionName: string;
  worker: Worker;
  busy: boolean;
  settle: ((outcome: Outcome | undefined) => void) | undefined;
  /** Resolves once it has loaded its bundle, or has died on the way; Lambda does not count that as the request's. */
  loaded: Promise<void>;
}

/**
 * Makes a fleet of at most `most` instances.
 *
 * @param program the built `instance-worker.ts`.
 * @param bundles what each function's instances load, by the function's name.
 */
export function createFleet(options: {
  program: string;
  bundles: Record<string, string>;
  environment: NodeJS.ProcessEnv;
  most: number;
}): Fleet {
  const { program, bundles, environment, most } = options;
  const instances = new Set<Instance>();
  const waiting: (() => void)[] = [];
  const counts = { started: 0, killed: 0 };
  const faults: string[] = [];

  function start(functionName: string): Instance {
    const bundle = bundles[functionName];
    if (!bundle) throw new Error(`no bundle of ${functionName}`);
    const workerData: InstanceData = { bundle, environment };
    const worker = new Worker(program, {
      workerData,
      stdout: true,
      stderr: true,
    });
    const loaded = new Promise<void>((resolve) => {
      worker.once('message', () => resolve());
      worker.once('exit', () => resolve());
    });
    const instance: Instance = { functionName, worker, busy: true, settle: undefined, loaded };
    instances.add(instance);
    counts.started += 1;
    worker.on('message', (outcome: Outcome) => {
      if (outcome.error) faults.push(outcome.error);
      if (outcome.id > 0) instance.settle?.(outcome);
    });
    worker.on('error', (error) => faults.push(`an instance died by itself: ${String(error)}`));
    worker.on('exit', () => {
      instances.delete(instance);
      instance.settle?.(undefined);
      waiting.shift()?.();
    });
    return instance;
  }

  /** A free instance of the function, or a new one; where the fleet is full, an idle one of another goes first. */
  async function take(functionName: string): Promise<Instance> {
    for (;;) {
      const free = [...instances].find((each) => each.functionName === functionName && !each.busy);
      if (free) {
        free.busy = true;
        return free;
      }
      if (instances.size < most) return start(functionName);
      const idle = [...instances].find((each) => !each.busy);
      if (idle) {
        idle.busy = true;
        await idle.worker.terminate();
      } else await new Promise<void>((resolve) => waiting.push(resolve));
    }
  }

  let lastId = 0;
  return {
    counts,
    faults,
    invoke: async (functionName, event) => {
      const instance = await take(functionName);
      lastId += 1;
      const id = lastId;
      await instance.loaded;
      const startedAt = performance.now();
      if (!instances.has(instance)) return { kind: 'killed', ms: 0 };
      const answered = new Promise<Outcome | undefined>((resolve) => {
        instance.settle = resolve;
        instance.worker.postMessage({ id, event });
      });
      const tooLate = setTimeout(() => void instance.worker.terminate(), timeoutMs);
      const outcome = await answered;
      clearTimeout(tooLate);
      const ms = performance.now() - startedAt;
      instance.settle = undefined;
      instance.busy = false;
      waiting.shift()?.();
      if (outcome && outcome.error === undefined) return { kind: 'answer', result: outcome.result, ms };
      return { kind: ms < timeoutMs ? 'killed' : 'timed out', ms };
    },
    killOne: (random) => {
      const all = [...instances];
      if (all.length === 0) return;
      counts.killed += 1;
      void random.pick(all).worker.terminate();
    },
    end: async () => {
      await Promise.all([...instances].map((each) => each.worker.terminate()));
    },
  };
}
