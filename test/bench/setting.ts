import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { MongoClient } from 'mongodb';
import { buildHandlers } from '../../lib/dev/build.ts';
import { startDatabase } from '../../lib/dev/database.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { buildPeers } from './build-peers.ts';
import { createInstances, type Ground } from './ground.ts';
import { buildPrograms } from './program.ts';
import { createSqlGround, type SqlGround } from './sql-ground.ts';
import type { SqlKind } from './sql-server.ts';

/** What a measurement works with: bundles of us and the peers, one database server, instances on it. */
export interface Setting extends Ground {
  /** True where MONGODB_URI names a real server, so that larger data makes sense. */
  isRealServer: boolean;
  uri: string;
  database: string;
  /** Files of the bundles, ours by the function's name, the peers' by theirs. */
  bundles: ReadonlyMap<string, string>;
  /** File of the program of a cold start. */
  coldStart: string;
  client(): MongoClient;
  databaseName(name: string): string;
  /** Measures on a store in SQL, which is there for so long. @throws {SkippedError} where this machine has none. */
  onSql<T>(kind: SqlKind, measure: (ground: SqlGround) => Promise<T>): Promise<T>;
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
  const instances = createInstances(programs.instance, bundles);
  let table = 0;
  const databaseName = (name: string) => {
    const full = `test_bench_${run}_${table}_${name.replace(/\W/g, '_')}`;
    used.add(full);
    return full;
  };
  const environment = (name: string) => ({
    STAGE: 'test',
    STORE: 'mongodb',
    MONGODB_URI: database.uri,
    MONGODB_DB: databaseName(name),
    SESSION_SECRETS: randomBytes(32).toString('hex'),
    BCRYPT_COST: '10',
    RATE_LIMIT_FACTOR: '1000',
  });
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
    onSql: async (kind, measure) => {
      const ground = await createSqlGround(kind, { peerBundles: others, program: programs.instance, log });
      return measure(ground).finally(ground.end);
    },
    start: async (name, more = {}) => {
      const ofOne = { ...environment(name), ...more };
      if (!peers.some((peer) => peer === name)) await prepareOn({ ...process.env, ...ofOne });
      return instances.start(name, ofOne);
    },
    restart: instances.start,
    beginTable: async () => {
      await instances.end();
      table += 1;
    },
    end: async () => {
      await instances.end();
      for (const name of used) await client.db(name).dropDatabase();
      await client.close();
      await database.stop();
    },
  };
}
