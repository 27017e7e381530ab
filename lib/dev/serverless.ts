import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isSecret, secretNames } from './service/secret-names.ts';

const packageJson = createRequire(import.meta.url).resolve('serverless/package.json');
const program = join(dirname(packageJson), 'bin', 'serverless.js');

/** Ends the child as soon as this process is gone, however it went: their channel closes then. */
const endWithParent = `data:text/javascript,${encodeURIComponent(
  "process.channel?.unref();process.once('disconnect', () => process.exit());",
)}`;

const offlinePrefix = 'OFFLINE_';

/** A copy of `env` without any secret of the product. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOne = (name: string) => isSecret(name) || isSecret(name.replace(offlinePrefix, ''));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOne(name)));
}

/**
 * A copy of `env` whose secrets have the names by which serverless.yml gives them to functions on this machine. In a
 * shell they have others, so that whatever packages or prints the stage `dev` there finds none.
 */
export function withSecretsForOffline(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = [...new Set([...secretNames, ...Object.keys(env).filter(isSecret)])];
  const named = names.map((name) => [`${offlinePrefix}${name}`, env[name] ?? '']);
  return { ...withoutSecrets(env), ...Object.fromEntries(named) };
}

export interface ServerlessOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Modules that it loads before anything else. */
  readonly preload?: readonly URL[];
  /** Folder of serverless.yml. */
  readonly cwd?: string;
  /** Where standard output and standard error go. */
  readonly output: 'inherit' | 'pipe';
  /** Does what it does for who runs it by hand, building first, and asks at the terminal. */
  readonly byHand?: boolean;
}

/** Starts the `serverless` command under the Node that runs this. */
export function spawnServerless(options: ServerlessOptions): ChildProcess {
  const { args, env, preload = [], cwd, output, byHand = false } = options;
  const imports = [endWithParent, ...preload.map(String)].flatMap((module) => ['--import', module]);
  return spawn(process.execPath, [...imports, program, ...args], {
    cwd,
    env: { ...env, SERVERLESS_STARTED_BY: byHand ? 'hand' : 'npm' },
    stdio: [byHand ? 'inherit' : 'ignore', output, output, 'ipc'],
  });
}

/** Runs the `serverless` command to its end and tells its exit code. */
export function runServerless(options: ServerlessOptions): Promise<number> {
  const child = spawnServerless(options);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
