import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Done, Work } from './instance-process.ts';

/** An instance in a process of its own, as Lambda has it. */
export interface BenchInstance {
  do<K extends Done['kind']>(work: Work, answer: K): Promise<Extract<Done, { kind: K }>>;
  end(): Promise<void>;
}

/** Starts a process that runs `program` and loads `bundle`; what it logs goes nowhere. */
export async function startBenchInstance(
  program: string,
  bundle: string,
  env: NodeJS.ProcessEnv,
): Promise<BenchInstance> {
  const child = fork(program, [bundle], {
    env: { ...process.env, ...env },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk) => errors.push(String(chunk)));
  await answerOf(child, errors);
  return {
    do: async (work, kind) => {
      child.send(work);
      const done = await answerOf(child, errors);
      if (done.kind === 'failed')
        throw new Error(`${bundle}: ${done.message}\n${errors.join('').slice(-2000)}`);
      if (done.kind !== kind) throw new Error(`${bundle} answered ${done.kind} to ${work.kind}`);
      return done as Extract<Done, { kind: typeof kind }>;
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function answerOf(child: ChildProcess, errors: string[]): Promise<Done> {
  const gone = new AbortController();
  const exited = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`an instance ended with ${code}: ${errors.join('').slice(-2000)}`);
  });
  try {
    const [done] = await Promise.race([once(child, 'message', { signal: gone.signal }), exited]);
    return done as Done;
  } finally {
    gone.abort();
    exited.catch(() => undefined);
  }
}
