import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packageDir } from '../../lib/dev/package.ts';

/** A function as it was packaged, its zip unpacked. */
export interface PackagedFunction {
  readonly name: string;
  readonly handler: string;
  /** Megabytes. */
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  /** How often Lambda invokes it again, where it was invoked asynchronously and failed. */
  readonly retries: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
}

interface State {
  service: {
    provider: { memorySize: number; timeout: number; environment: Record<string, string> };
    functions: Record<
      string,
      {
        handler: string;
        memorySize?: number;
        timeout?: number;
        maximumRetryAttempts?: number;
        environment: Record<string, string>;
        package: { artifact: string };
      }
    >;
  };
}

/**
 * Unpacks every zip of the last `npm run package`, each in a folder of its own in `folder`.
 *
 * @throws Error where nothing is packaged.
 */
export async function unpackFunctions(folder: string): Promise<PackagedFunction[]> {
  const text = await readFile(join(packageDir, 'serverless-state.json'), 'utf8').catch((cause: unknown) => {
    throw new Error('nothing is packaged: run `npm run package` first', { cause });
  });
  const { provider, functions } = (JSON.parse(text) as State).service;
  // Lambda's runtime carries the SDK, and no other package.
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(resolve('node_modules/@aws-sdk'), join(folder, 'node_modules/@aws-sdk'));
  return Promise.all(
    Object.entries(functions).map(async ([name, packaged]) => {
      const own = join(folder, name);
      await promisify(execFile)('python3', ['-m', 'zipfile', '-e', packaged.package.artifact, own]);
      return {
        name,
        handler: packaged.handler,
        memorySize: packaged.memorySize ?? provider.memorySize,
        timeout: packaged.timeout ?? provider.timeout,
        retries: packaged.maximumRetryAttempts ?? 2,
        environment: { ...provider.environment, ...packaged.environment },
        folder: own,
      };
    }),
  );
}
