import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { UsageError } from './command.ts';
import { spawnMongoServer } from './mongo-server/spawn-mongo-server.ts';
import { cachedMongod, downloadedMongod, mongodOnPath, runMongod } from './mongod.ts';
import { isPortFree } from './port.ts';

export interface DatabaseOptions {
  /** Where data is kept between runs; without it nothing is kept. */
  dataDir?: string;
  /** The one to have if it is free. */
  port?: number;
  /** Fetch a MongoDB server if there is none. */
  download?: boolean;
  stage?: string;
  env?: NodeJS.ProcessEnv;
}

export interface Database {
  uri: string;
  /** One line for people. */
  description: string;
  stop(): Promise<void>;
}

const usualPort = 27117;
const answersWithinMs = 5000;

/**
 * Gives a database to work with, the first of: the server that MONGODB_URI names; a `mongod` from
 * MONGOMS_SYSTEM_BINARY, from PATH, or fetched before by mongodb-memory-server; the built-in stand-in.
 *
 * @throws UsageError where MONGODB_URI or MONGOMS_SYSTEM_BINARY is set and does not answer, where nothing could be
 *   fetched, and where another process has the data open
 */
export async function startDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const { env = process.env, dataDir, port = usualPort, download = false } = options;
  const named = env.MONGODB_URI?.trim();
  if (named) return namedServer(named);
  const explicit = env.MONGOMS_SYSTEM_BINARY?.trim();
  if (explicit) return mongod(explicit, dataDir, port);
  if (download) return mongod(await downloadedMongod().catch(asUsageError), dataDir, port);
  for (const binary of [mongodOnPath(env), await cachedMongod()]) {
    if (binary === undefined) continue;
    try {
      return await mongod(binary, dataDir, port);
    } catch (error) {
      console.error((error as Error).message);
    }
  }
  return standIn(dataDir, port, options.stage ?? env.STAGE ?? 'dev');
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
    // The driver's own words, but never the user and password that the URI may hold.
    const [, secret] = /^[^:]+:\/\/([^@/]*)@/.exec(uri) ?? [];
    const said = (error as Error).message.replaceAll(uri, '...');
    const reason = (secret?.split(':') ?? []).reduce(
      (text, part) => text.replaceAll(part || '\0', '...'),
      said,
    );
    const at = where ? ` at ${where}` : '';
    throw new UsageError(`MONGODB_URI is set, but the server${at} can not be used: ${reason}`);
  }
  return { uri, description: `MongoDB at ${where} (MONGODB_URI)`, stop: async () => {} };
}

async function mongod(binary: string, dataDir: string | undefined, port: number): Promise<Database> {
  const folder = dataDir && join(dataDir, 'mongod');
  try {
    const { uri, stop } = await runMongod(binary, folder, port);
    return { uri, description: `${binary} as a replica set of one (${kept(folder)})`, stop };
  } catch (error) {
    throw new UsageError(`${binary} does not start: ${(error as Error).message}`);
  }
}

async function standIn(dataDir: string | undefined, port: number, stage: string): Promise<Database> {
  const folder = dataDir && join(dataDir, 'mongo-server');
  const keepsPort = folder !== undefined && (await isPortFree(port));
  const options = { stage, port: keepsPort ? port : 0, ...(folder && { dataDir: folder }) };
  const { uri, stop } = await spawnMongoServer(options).catch(asUsageError);
  return { uri, description: `built-in stand-in for MongoDB (${kept(folder)})`, stop };
}

function kept(folder: string | undefined): string {
  return folder === undefined ? 'nothing is kept' : `data in ${folder}`;
}

function asUsageError(error: Error): never {
  throw new UsageError(error.message);
}
