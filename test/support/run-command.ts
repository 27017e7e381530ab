import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

export interface Outcome {
  code: number;
  output: string;
}

/** Runs a command of `lib/dev` as npm does, with nothing in the environment but what is given. */
export const runCommand = (name: string, args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> =>
  runNode(['--import', 'tsx', `lib/dev/${name}.ts`, ...args], env);

export function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { PATH, HOME } = process.env;
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: root, env: { PATH, HOME, ...env } },
      (_error, stdout, stderr) => done({ code: child.exitCode ?? 1, output: stdout + stderr }),
    );
  });
}
