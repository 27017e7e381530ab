import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { buildHandlers } from '../../lib/dev/build.ts';
import { startDatabase } from '../../lib/dev/database.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { buildPeers } from './build-peers.ts';
import { type BenchInstance, startBenchInstance } from './instance.ts';
import { buildPrograms } from './program.ts';

/** What a measurement works with: bundles of us and the peers, one database server, instances on it. */
export interface Setting {
  /** True where MONGODB_URI names a real server, so that larger data makes sense. */
  isRealServer: boolean;
  uri: string;
  database: string;
  /** Files of the bundles, ours by the function's name, the peers' by theirs. */
  bundles: ReadonlyMap<string, string>;
  environment(name: string): NodeJS.ProcessEnv;
  /** File of the program of a cold start. */
  coldStart: string;
  /** An instance of a bundle, on a database of that bundle's own, with our indexes where it is ours. */
  start(name: string, environment?: NodeJS.ProcessEnv): Promise<BenchInstance>;
  /** Another instance on what is there already. */
  restart(name: string, environment: NodeJS.ProcessEnv): Promise<BenchInstance>;
  client(): MongoClient;
  databaseName(name: string): string;
  log(line: string): void;
  /** Begins a table: its databases are new ones, and no instance of the last is left. */
  beginTable(): Promise<void>;
  end(): Promise<void>;
}

/** Names of the peers' bundles, and of ours that stands in for a peer. */
export const peers = ['floor', 'stock', 'tutorial', 'better-auth'] as const;

export async function createSetting(log: (line: string) => void): Promise<Setting> {
  const ours = await buildHandlers();
  const others = await buildPeers();
  const programs = await buildPrograms();
  const bundles = new Map([...others, ...ours].map(({ name, file }) => [name, resolve(file)]));
  const database = await startDatabase({ stage: 'test' });
  const run = randomBytes(4).toString('hex');
  const used = new Set<string>();
  const client = new MongoClient(database.uri);
  const instances = new Set<BenchInstance>();
  let table = 0;
  const databaseName = (name: string) => {
    const full = `test_bench_${run}_${table}_${name.replace(/\W/g, '_')}`;
    used.add(full);
    return full;
  };
  const environment = (name: string) => ({
    STAGE: 'test',
    MONGODB_URI: database.uri,
    MONGODB_DB: databaseName(name),
    SESSION_SECRETS: randomBytes(32).toString('hex'),
    BCRYPT_COST: '10',
    RATE_LIMIT_FACTOR: '1000',
  });
  const restart = async (name: string, ofOne: NodeJS.ProcessEnv) => {
    const bundle = bundles.get(name);
    if (!bundle) throw new Error(`there is no bundle of ${name}`);
    const instance = await startBenchInstance(programs.instance, bundle, ofOne);
    instances.add(instance);
    return instance;
  };
  async function endInstances(): Promise<void> {
    await Promise.all([...instances].map((each) => each.end()));
    instances.clear();
  }
  return {
    isRealServer: Boolean(process.env.MONGODB_URI),
    uri: database.uri,
    database: database.description,
    bundles,
    environment,
    coldStart: programs.coldStart,
    databaseName,
    log,
    client: () => client,
    start: async (name, more = {}) => {
      const ofOne = { ...environment(name), ...more };
      if (!peers.some((peer) => peer === name)) await prepareOn({ ...process.env, ...ofOne });
      return restart(name, ofOne);
    },
    restart,
    beginTable: async () => {
      await endInstances();
      table += 1;
    },
    end: async () => {
      await endInstances();
      for (const name of used) await client.db(name).dropDatabase();
      await client.close();
      await database.stop();
    },
  };
}
