import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { StoreKind } from '../../lib/base/config.ts';
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

interface Described {
  handler: string;
  memorySize?: number;
  timeout?: number;
  maximumRetryAttempts?: number;
  environment: Record<string, string>;
  package: { artifact?: string; patterns: string[] };
}

interface State {
  service: {
    provider: { memorySize: number; timeout: number; environment: Record<string, string> };
    functions: Record<string, Described>;
    custom: { sweep: Record<string, { sweep?: Described }> };
  };
}

/**
 * Unpacks every zip of the last `npm run package`, each in a folder of its own in `folder`. `sweep`, of which a stage of one
 * machine makes no zip, is taken from where its zip would be made of.
 *
 * @throws Error where nothing is packaged, or for another store.
 */
export async function unpackFunctions(folder: string, store: StoreKind): Promise<PackagedFunction[]> {
  const text = await readFile(join(packageDir, 'serverless-state.json'), 'utf8').catch((cause: unknown) => {
    throw new Error('nothing is packaged: run `npm run package` first', { cause });
  });
  const { provider, functions, custom } = (JSON.parse(text) as State).service;
  const packagedFor = functions.auth?.environment.STORE;
  if (packagedFor !== store) throw new Error(`the zips are those of STORE=${packagedFor}, not of ${store}`);
  // Lambda's runtime carries the SDK, and no other package.
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await symlink(resolve('node_modules/@aws-sdk'), join(folder, 'node_modules/@aws-sdk'));
  return Promise.all(
    Object.entries({ ...custom.sweep[store], ...functions }).map(async ([name, described]) => {
      const own = join(folder, name);
      const { artifact, patterns } = described.package;
      if (artifact) await promisify(execFile)('python3', ['-m', 'zipfile', '-e', artifact, own]);
      else for (const file of patterns) await cp(file, join(own, file));
      return {
        name,
        handler: described.handler,
        memorySize: described.memorySize ?? provider.memorySize,
        timeout: described.timeout ?? provider.timeout,
        retries: described.maximumRetryAttempts ?? 2,
        environment: { ...provider.environment, ...described.environment },
        folder: own,
      };
    }),
  );
}
