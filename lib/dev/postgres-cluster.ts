import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './command.ts';
import { startGuarded } from './guarded-server.ts';
import { type ClusterFolder, postgresFailure } from './postgres-failure.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

export const clusterIn = (folder: string): string => join(folder, 'cluster');
export const logIn = (folder: string): string => join(folder, 'log');
const passwordIn = (cluster: string) => join(cluster, 'session-auth-password');

/** The major version that wrote the data in `folder`, where there is any. */
export function keptVersion(folder: string): { version: string; folder: string } | undefined {
  const file = join(clusterIn(folder), 'PG_VERSION');
  return existsSync(file) ? { version: readFileSync(file, 'utf8').trim(), folder } : undefined;
}

/**
 * Makes the data of a PostgreSQL in `folder`, encoding UTF8 and locale C, where there is none: all of it or nothing.
 *
 * @returns the password of its user `postgres`
 * @throws {UsageError} where it can not be made, or `interrupted` resolves
 */
export async function preparedCluster(
  { initdb }: PostgresPrograms,
  where: ClusterFolder,
  interrupted: Promise<unknown>,
): Promise<string> {
  const cluster = clusterIn(where.folder);
  if (!existsSync(cluster)) {
    mkdirSync(where.folder, { recursive: true });
    give(where.folder, where);
    const unfinished = mkdtempSync(join(where.folder, 'new-'));
    try {
      await initialise(initdb, unfinished, where, interrupted);
      // Two that start at once both come here: one of them is first.
      if (!existsSync(cluster)) renameSync(unfinished, cluster);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return readFileSync(passwordIn(cluster), 'utf8');
}

function give(path: string, { runAs }: ClusterFolder): void {
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
}

async function initialise(
  initdb: string,
  cluster: string,
  where: ClusterFolder,
  interrupted: Promise<unknown>,
): Promise<void> {
  const { folder, isKept, runAs } = where;
  const passwordFile = `${cluster}-password`;
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  for (const path of [cluster, passwordFile]) give(path, where);
  const args = [
    ...['--encoding=UTF8', '--locale=C', '--username=postgres', '--auth=scram-sha-256'],
    ...[`--pgdata=${cluster}`, `--pwfile=${passwordFile}`, ...(isKept ? [] : ['--no-sync'])],
  ];
  const run = startGuarded({ program: initdb, args, runAs, endSignal: 'SIGINT' }, logIn(folder));
  try {
    const code = await Promise.race([run.ended, interrupted.then(() => undefined)]);
    if (code === undefined) throw new UsageError('Interrupted.');
    if (code !== 0) throw postgresFailure(initdb, run.said(), where);
    renameSync(passwordFile, passwordIn(cluster));
  } finally {
    await run.stop();
    rmSync(passwordFile, { force: true });
  }
}
