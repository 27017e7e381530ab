import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type Bundle, buildHandlers } from '../../lib/dev/build.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { createInstances, type Ground } from './ground.ts';
import { type SqlKind, startSqlServer } from './sql-server.ts';

/** The same on a store in SQL. */
export interface SqlGround extends Ground {
  kind: SqlKind;
  /** Ends its instances and its server; nothing is left. */
  end(): Promise<void>;
}

const peers = ['floor-sql', 'stock-knex', 'better-auth-sql'];

/** What all grounds share: the peers' bundles, and the program that runs a bundle. */
export interface GroundParts {
  peerBundles: readonly Bundle[];
  program: string;
  log(line: string): void;
}

/** Builds ours for a store, and starts its server. @throws {SkippedError} where this machine has none. */
export async function createSqlGround(
  kind: SqlKind,
  { peerBundles, program, log }: GroundParts,
): Promise<SqlGround> {
  const server = await startSqlServer(kind);
  log(server.description);
  const ours = await buildHandlers({ store: kind, outDir: `.data/bench-${kind}` });
  const bundles = new Map([...peerBundles, ...ours].map(({ name, file }) => [name, resolve(file)]));
  const instances = createInstances(program, bundles);
  const run = randomBytes(4).toString('hex');
  const created = new Map<string, Promise<void>>();

  const environment = (name: string) => ({
    STAGE: 'test',
    STORE: kind,
    DATABASE_URL: server.urlOf(`test_bench_${run}_${name.replace(/\W/g, '_')}`),
    SESSION_SECRETS: randomBytes(32).toString('hex'),
    BCRYPT_COST: '10',
    RATE_LIMIT_FACTOR: '1000',
  });

  async function create(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    if (!created.has(name)) created.set(name, server.create(name));
    await created.get(name);
  }

  return {
    kind,
    log,
    environment,
    start: async (name, more = {}) => {
      const ofOne = { ...environment(name), ...more };
      await create(ofOne.DATABASE_URL);
      if (!peers.includes(name)) await prepareOn({ ...process.env, ...ofOne });
      return instances.start(name, ofOne);
    },
    restart: instances.start,
    end: async () => {
      await instances.end();
      for (const name of created.keys()) await server.drop(name);
      await server.stop();
    },
  };
}
