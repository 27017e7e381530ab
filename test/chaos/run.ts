import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { StoreKind } from '../../lib/base/config.ts';
import { environmentOf as databaseOf } from '../support/instance.ts';
import { proxied } from '../support/proxied.ts';
import { createCaller } from './caller.ts';
import { startDatabase } from './database-process.ts';
import { databaseFaults, instanceFaults } from './faults.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { throwGeneratedEvents } from './generated.ts';
import { newTally, type Tally } from './model.ts';
import { createRandom } from './random.ts';
import { report } from './report.ts';
import { buildOne, type Stack } from './stacks.ts';
import { type StormLog, strike } from './storm.ts';

/** Generated events from each source in a run of two minutes; far fewer in a short one, which is to be short. */
const eventsInTwoMinutes = 20_000;
const callers = 8;
/** Each is asked about by so many at once, while it signs in and out. */
const watchersPerCaller = 3;
const databaseName = 'test_chaos';

export interface RunOptions {
  seconds: number;
  seed: string;
  /** Generated events from each source after the storm. */
  events?: number | undefined;
}

/** Lets a storm of that many seconds go over a stack; returns what was tried and lost. */
export async function run(stack: Stack, { seconds, seed, events }: RunOptions): Promise<Tally> {
  const random = createRandom(seed);
  const tally = newTally();
  const log: StormLog = { struck: [], recoveriesMs: [] };
  const database = await startDatabase(stack.store, databaseName);
  const { proxy, database: behind, readable } = await proxied({ uri: database.uri, name: databaseName });
  const environment = environmentOf(behind);
  await stack.prepare({ ...process.env, ...environment });
  const fleet = createFleet({
    program: await buildOne('./instance-worker.ts'),
    functions: stack.functions,
    environmentOf: (instance) => ({
      ...environment,
      [poolSizeOf(stack.store)]: String(poolSizes[instance % poolSizes.length]),
    }),
    tally,
  });
  const { abilities } = stack;
  const people = Array.from({ length: callers }, (_, number) => ({
    caller: createCaller({ number, fleet, tally, abilities }),
    draw: (what: string) => random.fork(`caller ${number} ${what}`),
  }));

  console.log(`chaos: ${stack.name} on ${database.description}, ${seconds} s, seed ${seed}`);
  await fleet.startAll();
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const stopProgress = showProgress(endsAt, tally, fleet);
  const isOver = () => performance.now() > endsAt;
  let stormIsOver = false;
  const storms = [
    { name: 'database', faults: databaseFaults(database, proxy, readable), restMs: 4000 },
    { name: 'instances', faults: instanceFaults(fleet), restMs: 8000 },
  ].map(({ name, faults, restMs }) =>
    strike({
      faults,
      restMs,
      random: random.fork(name),
      log,
      tally,
      isDatabase: name === 'database',
      isOver,
    }),
  );
  const done = () => stormIsOver;
  const acts = people.flatMap(({ caller, draw }) => [
    caller.act(draw('acts'), done),
    ...Array.from({ length: watchersPerCaller }, (_, at) => caller.look(draw(`looks ${at}`), done)),
  ]);
  // Callers go on until the last outage is over and judged.
  await Promise.all(storms);
  stormIsOver = true;
  await Promise.all(acts);

  console.log('  the storm is over; database and instances start once more, and everything is asked again');
  await database.process?.kill();
  await Promise.all([database.process?.start(), fleet.killAll()]);
  await wait(500);
  await Promise.all(people.map(({ caller }) => caller.verify()));
  if (tally.successes.length === 0) tally.lose('nothing succeeded', 'so that nothing was tried');
  stopProgress();
  await fleet.killAll();
  if (!stack.isStock) {
    const count = events ?? Math.ceil(eventsInTwoMinutes * (seconds / 120) ** 2);
    console.log(`  ${count} generated events from each event source`);
    const eventsSeed = random.integer(0, 2 ** 31 - 1);
    for (const fault of await throwGeneratedEvents(stack.store, behind.uri, count, eventsSeed))
      tally.lose('a generated event', fault);
  }
  const connections = proxy.made();
  await proxy.close();
  await database.end();
  report({ tally, log, instances: fleet.counts, connections, startedAt });
  return tally;
}

/** Connections that instances in turn may have: the default, and those that .github/SCALING.md names for many instances. */
const poolSizes = [5, 2, 1];

const poolSizeOf = (store: StoreKind) =>
  store === 'mongodb' ? 'MONGODB_MAX_POOL_SIZE' : 'DATABASE_MAX_POOL_SIZE';

function environmentOf(database: { uri: string; name: string }): NodeJS.ProcessEnv {
  return {
    STAGE: 'test',
    ...databaseOf(database),
    SESSION_SECRETS: randomBytes(32).toString('hex'),
    BCRYPT_COST: '10',
    // Every request writes, so that every request could bring a session back.
    SESSION_TOUCH_SECONDS: '0',
    RATE_LIMIT_FACTOR: '1000',
    LOG_LEVEL: 'ERROR',
  };
}

/** A line every ten seconds. */
function showProgress(endsAt: number, tally: Tally, fleet: Fleet): () => void {
  const progress = setInterval(() => {
    const left = Math.max(0, Math.round((endsAt - performance.now()) / 1000));
    const { requests, lost } = tally;
    console.log(
      `  ${left} s left, ${requests} requests, ${fleet.counts.killed} instances killed, ${lost.length} lost`,
    );
  }, 10_000);
  return () => clearInterval(progress);
}
