import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, isPortFree } from './port.ts';
import { findProgram, foldersOnPath } from './program.ts';

/** The full path of the first `mongod` on PATH. */
export function mongodOnPath(env: NodeJS.ProcessEnv): string | undefined {
  return findProgram('mongod', foldersOnPath(env));
}

/** The `mongod` that mongodb-memory-server has downloaded before; nothing is downloaded here. */
export async function cachedMongod(): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core');
  return DryMongoBinary.locateBinary({ version: '' });
}

/**
 * Runs a `mongod` as a replica set of one, with its data in `dataDir` or nowhere.
 *
 * @throws where it does not start
 */
export async function runMongod(
  binary: string,
  dataDir: string | undefined,
  preferredPort: number,
): Promise<{ uri: string; stop(): Promise<void> }> {
  const version = versionOf(binary);
  const { MongoMemoryReplSet } = await import('mongodb-memory-server-core');
  const port = await replicaSetPort(dataDir, preferredPort);
  const kept: { dbPath?: string } = dataDir === undefined ? {} : { dbPath: resolve(dataDir) };
  const server = await MongoMemoryReplSet.create({
    // Told the version that it is, mongodb-memory-server does not warn that it expected another.
    binary: { systemBinary: binary, version },
    instanceOpts: [{ port, ...kept }],
    replSet: { name: 'rs0', count: 1, storageEngine: 'wiredTiger' },
  });
  return {
    uri: server.getUri(),
    // What has a data folder of its own is kept; a temporary one is removed.
    stop: async () => void (await server.stop({ doCleanup: dataDir === undefined })),
  };
}

function versionOf(binary: string): string {
  const { stdout, stderr, error } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (version) return version;
  throw new Error(
    error?.message ?? `it does not tell its version (${(stderr || stdout).trim().slice(0, 200)})`,
  );
}

/** A replica set knows itself by its port, so data that is kept keeps its port. */
async function replicaSetPort(dataDir: string | undefined, preferred: number): Promise<number> {
  if (dataDir === undefined) return freePort();
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'session-auth-port');
  const remembered = Number(readIfThere(file) ?? '0');
  if (remembered > 0 && !(await isPortFree(remembered))) {
    throw new Error(`port ${remembered}, which the data in ${dataDir} belongs to, is in use`);
  }
  const port = remembered || ((await isPortFree(preferred)) ? preferred : await freePort());
  writeFileSync(file, String(port));
  return port;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
