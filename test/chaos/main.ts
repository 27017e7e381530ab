import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildHandlers, esbuildOptions, writeBundles } from '../../lib/dev/build.ts';
import { optionValue, runIfMain, UsageError } from '../../lib/dev/command.ts';
import { createIndexesOn } from '../../lib/dev/db-indexes.ts';
import { startProxy } from '../support/proxy.ts';
import { type Abilities, createCaller } from './caller.ts';
import { databaseProcess } from './database-process.ts';
import { type FaultLog, faultsOf, strike } from './faults.ts';
import { createFleet } from './fleet.ts';
import { throwGeneratedEvents } from './generated.ts';
import { newTally, type Tally } from './model.ts';
import { createRandom } from './random.ts';

/** How soon after the database's return the first request must succeed, in milliseconds. */
const recoveryLimitMs = 5000;
/** Generated events from each source for every second of storm: 20,000 in a run of two minutes. */
const eventsPerSecond = 20_000 / 120;
const callers = 8;
const mostInstances = 10;
const databaseName = 'test_chaos';

interface Stack {
  name: string;
  bundles: Record<string, string>;
  /** Stock connect-mongo makes its index itself, and is not what generated events are for. */
  isStock: boolean;
  abilities: Abilities;
}

async function ourStack(): Promise<Stack> {
  const bundles = Object.fromEntries((await buildHandlers()).map(({ name, file }) => [name, resolve(file)]));
  const functionOf = (path: string) => path.split('/')[1] ?? '';
  return {
    name: 'this product',
    bundles,
    isStock: false,
    abilities: { functionOf, changesPasswords: true, endsDevices: true },
  };
}

/** What most people deploy instead; it has no routes for passwords and devices. */
async function stockStack(): Promise<Stack> {
  const bundles = { auth: await buildOne('./stock-app.ts') };
  const abilities = { functionOf: () => 'auth', changesPasswords: false, endsDevices: false };
  return { name: 'stock express-session and connect-mongo', bundles, isStock: true, abilities };
}

/** Bundles a file beside this one as the functions are, and returns where it is. */
async function buildOne(source: string): Promise<string> {
  const outdir = `.data/chaos/${basename(source, '.ts')}`;
  const entryPoints = [fileURLToPath(new URL(source, import.meta.url))];
  const [bundle] = await writeBundles(
    await build({ ...esbuildOptions({}), entryPoints, outdir }),
    resolve(outdir),
  );
  if (!bundle) throw new Error(`${source} was not built`);
  return bundle.file;
}

/** Longest wait for a success after the database was back; outages that follow at once are left out. */
function slowestRecoveryMs(log: FaultLog, tally: Tally): number {
  const waits = log.returnedAt.map((returnedAt, at) => {
    const success = tally.successes.find((time) => time > returnedAt) ?? Number.POSITIVE_INFINITY;
    const nextOutage = log.returnedAt[at + 1] ?? Number.POSITIVE_INFINITY;
    return success > nextOutage ? 0 : success - returnedAt;
  });
  return Math.max(0, ...waits.filter(Number.isFinite));
}

async function run(stack: Stack, seconds: number, seed: string): Promise<Tally> {
  const random = createRandom(seed);
  const database = await databaseProcess();
  await database.start();
  const proxy = await startProxy({ host: '127.0.0.1', port: database.port });
  const uri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`;
  const environment = {
    STAGE: 'test',
    MONGODB_URI: uri,
    MONGODB_DB: databaseName,
    SESSION_SECRETS: randomBytes(32).toString('hex'),
    BCRYPT_COST: '10',
    // Every request writes, so that every request could bring a session back.
    SESSION_TOUCH_SECONDS: '0',
    RATE_LIMIT_FACTOR: '1000',
    LOG_LEVEL: 'ERROR',
  };
  if (!stack.isStock) await createIndexesOn({ ...process.env, ...environment });
  const fleet = createFleet({
    program: await buildOne('./instance-worker.ts'),
    bundles: stack.bundles,
    environment,
    most: mostInstances,
  });
  const tally = newTally();
  const log: FaultLog = { struck: new Map(), returnedAt: [] };
  const people = Array.from({ length: callers }, (_, number) =>
    createCaller({
      number,
      fleet,
      tally,
      random: random.fork(`caller ${number}`),
      abilities: stack.abilities,
    }),
  );

  console.log(`chaos: ${stack.name} on ${database.description}, ${seconds} s, seed ${seed}`);
  const endsAt = performance.now() + seconds * 1000;
  const isOver = () => performance.now() > endsAt;
  const progress = setInterval(() => {
    const left = Math.max(0, Math.round((endsAt - performance.now()) / 1000));
    console.log(
      `  ${left} s left, ${tally.requests} requests, ${fleet.counts.killed} instances killed, ${tally.lost.length} lost`,
    );
  }, 10_000);
  await Promise.all([
    strike(faultsOf(database, proxy, fleet, log), random.fork('faults'), log, isOver),
    ...people.flatMap((person) => [person.act(isOver), person.look(isOver), person.look(isOver)]),
  ]);
  clearInterval(progress);

  // Calm: everything is within reach, and what must be true is asked once more.
  await wait(2000);
  for (const person of people) await person.verify();
  const recovery = slowestRecoveryMs(log, tally);
  if (recovery > recoveryLimitMs)
    tally.lost.push(`the first success came ${Math.round(recovery)} ms after the database`);
  tally.lost.push(...fleet.faults);
  await fleet.end();
  if (!stack.isStock) {
    const events = Math.ceil(seconds * eventsPerSecond);
    console.log(`  the storm is over; ${events} generated events from each event source`);
    tally.lost.push(...(await throwGeneratedEvents(uri, events, random.integer(0, 2 ** 31 - 1))));
  }
  await proxy.close();
  await database.end();
  report(tally, log, fleet.counts, recovery);
  return tally;
}

function report(
  tally: Tally,
  log: FaultLog,
  instances: { started: number; killed: number },
  recovery: number,
): void {
  const list = (counts: Map<string, number>) =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
  console.log(`  faults: ${list(log.struck)}`);
  console.log(`  answers: ${list(tally.answers)}; slowest ${Math.round(tally.slowestMs)} ms`);
  console.log(`  instances: ${instances.started} started, ${instances.killed} killed`);
  console.log(`  first success after the database's return: within ${Math.round(recovery)} ms`);
  const kinds = new Map<string, number>();
  for (const what of tally.lost) {
    const kind = what.replace(/^caller\d+@example\.com: /, '').replace(/\d+/g, 'N');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of kinds) console.log(`  LOST ${count} x ${kind}`);
}

function closingLine(stack: Stack, seed: string, tally: Tally): string {
  const { requests, signUps, sessions, ended, passwordChanges, lost } = tally;
  const tried = `${requests} requests, ${signUps} sign-ups, ${sessions} sessions, ${ended} ended, ${passwordChanges} passwords changed`;
  return `chaos: ${stack.name}, seed ${seed}: ${tried}; ${lost.length} lost`;
}

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const seconds = Number(optionValue(args, 'seconds') ?? '120');
  if (!(seconds >= 1 && seconds <= 86_400)) throw new UsageError('--seconds takes a number from 1 to 86400');
  const seed = optionValue(args, 'seed') ?? randomBytes(4).toString('hex');
  const stack = args.includes('--stock') ? await stockStack() : await ourStack();
  const tally = await run(stack, seconds, seed);
  console.log(closingLine(stack, seed, tally));
  if (tally.lost.length > 0 && !args.includes('--stock')) {
    console.log(`To see it again: npm run test:chaos -- --seconds ${seconds} --seed ${seed}`);
    process.exitCode = 1;
  }
});
