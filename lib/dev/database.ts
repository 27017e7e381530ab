import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { UsageError } from './command.ts';
import { downloadHost, downloadMongod } from './download-mongod.ts';
import { failedDownload, forgetFailedDownload, rememberFailedDownload } from './failed-download.ts';
import { spawnMongoServer } from './mongo-server/spawn-mongo-server.ts';
import { cachedMongod, mongodOnPath, runMongod } from './mongod.ts';
import { isPortFree } from './port.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface DatabaseOptions {
  /** Where data is kept between runs; without it nothing is kept. */
  dataDir?: string;
  /** The one to have if it is free. */
  port?: number;
  /** Download MongoDB where it was not downloaded before, whatever is on PATH and however long it takes. */
  download?: boolean;
  stage?: string;
  env?: NodeJS.ProcessEnv;
  /** Where it is remembered for a day that MongoDB could not be downloaded. */
  notesDir?: string;
  /** A download is given up as soon as this resolves. */
  interrupted?: Promise<unknown>;
}

export interface Database {
  uri: string;
  /** For people, without a line break: which one it is and where its data lies. */
  description: string;
  /** The same: why this one. */
  why: string;
  stop(): Promise<void>;
}

const usualPort = 27117;
const answersWithinMs = 5000;

/**
 * Gives a database to work with, the first of: the server that MONGODB_URI names; a `mongod` from
 * MONGOMS_SYSTEM_BINARY, from PATH, or downloaded before by mongodb-memory-server; one that it downloads now, unless
 * MONGOMS_RUNTIME_DOWNLOAD is off; the built-in stand-in.
 *
 * @throws {UsageError} where MONGODB_URI or MONGOMS_SYSTEM_BINARY is set and does not answer, where `download` is asked
 *   for and fails, where another process has the data open, and where it was interrupted
 */
export async function startDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const { env = process.env } = options;
  const named = env.MONGODB_URI?.trim();
  if (named) return namedServer(named);
  const explicit = env.MONGOMS_SYSTEM_BINARY?.trim();
  if (explicit) return mongod(explicit, 'MONGOMS_SYSTEM_BINARY names it', options);
  if (options.download) return mongod(await wantedMongod(options), 'downloaded', options);
  const cached = await cachedMongod();
  const here =
    (await startedMongod(mongodOnPath(env), 'it is on PATH', options)) ??
    (await startedMongod(cached, 'it was downloaded before', options));
  if (here) return here;
  if (cached) return standIn('no mongod of this machine starts', options);
  const download = await tryDownload(options);
  if ('whyNot' in download) return standIn(download.whyNot, options);
  return (
    (await startedMongod(download.binary, `it was downloaded now${leftBehind(options)}`, options)) ??
    standIn('the MongoDB that was downloaded does not start', options)
  );
}

/** Accounts that were made on the stand-in are not in the database that takes its place. */
function leftBehind({ dataDir }: DatabaseOptions): string {
  const folder = dataDir && join(dataDir, 'mongo-server');
  return folder && existsSync(folder) ? `; what the stand-in kept stays in ${folder}` : '';
}

/** Undefined where there is none, or it does not start, which is then said. */
async function startedMongod(binary: string | undefined, why: string, options: DatabaseOptions) {
  if (binary === undefined) return undefined;
  return mongod(binary, why, options).catch((error: Error) => void console.error(error.message));
}

const noteFile = ({ notesDir = '.data' }: DatabaseOptions) => join(notesDir, 'download-failed.json');

/** The one that was downloaded before, or is now, however slow. */
async function wantedMongod(options: DatabaseOptions): Promise<string> {
  const { env = process.env, interrupted } = options;
  try {
    const binary =
      (await cachedMongod()) ??
      (await downloadMongod({ env, interrupted, patience: { wholeMs: Number.POSITIVE_INFINITY } }));
    forgetFailedDownload(noteFile(options));
    return binary;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `MongoDB could not be downloaded: ${inOneLine(error)}. ` +
        'Without --download the built-in stand-in runs, or name a server in MONGODB_URI',
    );
  }
}

async function tryDownload(options: DatabaseOptions): Promise<{ binary: string } | { whyNot: string }> {
  const { env = process.env, interrupted } = options;
  if (/^(0|off|no|false)$/i.test(env.MONGOMS_RUNTIME_DOWNLOAD ?? ''))
    return { whyNot: 'no mongod is on this machine, and MONGOMS_RUNTIME_DOWNLOAD is off' };
  const host = downloadHost(env);
  let failed = failedDownload(noteFile(options), host);
  try {
    if (!failed) return { binary: await downloadMongod({ env, interrupted }) };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    failed = rememberFailedDownload(noteFile(options), host, inOneLine(error));
  }
  const again = new Date(failed.until).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
  return {
    whyNot: `MongoDB could not be downloaded: ${failed.why}; tried again after ${again}, or by npm run db -- --download`,
  };
}

function inOneLine(error: unknown): string {
  return (error as Error).message.replace(/\s+/g, ' ').trim().slice(0, 200);
}

async function namedServer(uri: string): Promise<Database> {
  let where = '';
  try {
    const client = new MongoClient(uri, {
      serverSelectionTimeoutMS: answersWithinMs,
      socketTimeoutMS: answersWithinMs,
    });
    const { hosts, srvHost } = client.options;
    where = srvHost ?? hosts.join(', ');
    try {
      await client.db('admin').command({ ping: 1 });
    } finally {
      await client.close();
    }
  } catch (error) {
    const reason = withoutSecrets((error as Error).message, uri);
    const at = where ? ` at ${where}` : '';
    throw new UsageError(`MONGODB_URI is set, but the server${at} can not be used: ${reason}`);
  }
  return {
    uri,
    description: `MongoDB at ${where} (MONGODB_URI)`,
    why: 'MONGODB_URI names it',
    stop: async () => {},
  };
}

async function mongod(binary: string, why: string, options: DatabaseOptions): Promise<Database> {
  const { dataDir, port = usualPort } = options;
  const folder = dataDir && join(dataDir, 'mongod');
  try {
    const { uri, stop } = await runMongod(binary, folder, port);
    return { uri, description: `${binary} as a replica set of one (${kept(folder)})`, why, stop };
  } catch (error) {
    throw new UsageError(`${binary} does not start: ${(error as Error).message}`);
  }
}

async function standIn(why: string, options: DatabaseOptions): Promise<Database> {
  const { dataDir, port = usualPort, env = process.env, stage = env.STAGE ?? 'dev' } = options;
  const folder = dataDir && join(dataDir, 'mongo-server');
  const keepsPort = folder !== undefined && (await isPortFree(port));
  const { uri, stop } = await spawnMongoServer({
    stage,
    port: keepsPort ? port : 0,
    ...(folder && { dataDir: folder }),
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  return { uri, description: `built-in stand-in for MongoDB (${kept(folder)})`, why, stop };
}

function kept(folder: string | undefined): string {
  return folder === undefined ? 'nothing is kept' : `data in ${folder}`;
}
