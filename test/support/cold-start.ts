import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StockName } from './stock/store.ts';

/** A cold start in a process of its own; what it does stands in cold-start-process.ts. */
export interface ColdStart {
  /** The next line it prints, or undefined where it has ended. */
  line(): Promise<string | undefined>;
  /** Lets it make its later requests. */
  goOn(): void;
  /** Resolves with what it printed on standard error when it has ended. */
  ended(): Promise<{ code: number | null; errors: string }>;
  stop(): void;
}

export function coldStart(
  kind: 'ours' | StockName,
  database: { uri: string; name: string },
  { survive = false }: { survive?: boolean } = {},
): ColdStart {
  const script = fileURLToPath(new URL('./cold-start-process.ts', import.meta.url));
  const args = [
    '--import',
    'tsx',
    script,
    kind,
    database.uri,
    database.name,
    ...(survive ? ['survive'] : []),
  ];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: 'pipe' });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exit = once(child, 'close');
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    line: async () => (await lines.next()).value,
    goOn: () => void child.stdin?.write('\n'),
    ended: async () => ({ code: (await exit)[0] as number | null, errors }),
    stop: () => void child.kill('SIGKILL'),
  };
}
