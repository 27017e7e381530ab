import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import type { Tally } from './model.ts';
import type { Random } from './random.ts';

/** How soon after the database's return the first request must succeed, in milliseconds. */
const recoveryLimitMs = 5000;
/** So long it is waited for, to tell how much too late it came. */
const patienceMs = 15_000;

/** What the faults told. */
export interface StormLog {
  /** Every fault as it struck, and when (`performance.now()`). */
  struck: { name: string; at: number }[];
  /** After every outage: milliseconds from the database's return to the first success. */
  recoveriesMs: number[];
}

/**
 * Strikes one fault after the other, in an order that the seed decides, until `isOver`.
 *
 * After an outage nothing else happens to the database until a request that began after its return succeeds: so
 * every return is judged. What happens to instances goes on.
 */
export async function strike(options: {
  faults: Faults;
  /** Longest rest between two faults, in milliseconds. */
  restMs: number;
  random: Random;
  log: StormLog;
  tally: Tally;
  /** True where these faults are the database's. */
  isDatabase: boolean;
  isOver: () => boolean;
}): Promise<void> {
  const { faults, restMs, random, log, tally, isDatabase, isOver } = options;
  let names: string[] = [];
  for (let count = 1; ; count += 1) {
    await wait(random.integer(restMs / 8, restMs));
    if (isOver()) return;
    // None comes again before all have come.
    if (names.length === 0) names = [...faults.keys()];
    const name = random.pick(names);
    names = names.filter((each) => each !== name);
    log.struck.push({ name, at: performance.now() });
    if (isDatabase) tally.calmSince = Number.POSITIVE_INFINITY;
    // A stream of its own: how much one draws may depend on how many instances there are.
    const wasOutage = await faults.get(name)?.(random.fork(`fault ${count}`));
    if (isDatabase) tally.calmSince = performance.now();
    if (wasOutage) log.recoveriesMs.push(await recovery(name, tally));
  }
}

/** Waits for the first success; one that came late is lost. */
async function recovery(after: string, tally: Tally): Promise<number> {
  const returnedAt = performance.now();
  const known = tally.successes.length;
  for (;;) {
    const success = tally.successes.slice(known).find(({ askedAt }) => askedAt >= returnedAt);
    const ms = (success?.at ?? performance.now()) - returnedAt;
    if (!success && ms < patienceMs) {
      await wait(10);
      continue;
    }
    if (ms > recoveryLimitMs)
      tally.lose('first success over 5 s after the return', `${after}, ${Math.round(ms)} ms`);
    return ms;
  }
}
