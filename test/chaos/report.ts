import type { Loss, Tally } from './model.ts';
import type { StormLog } from './storm.ts';

/** So many losses of each kind are shown in full. */
const mostShown = 3;

/** Prints what happened: faults, answers, instances, recoveries, and every kind of loss with examples. */
export function report(options: {
  tally: Tally;
  log: StormLog;
  instances: { started: number; killed: number };
  connections: number;
  startedAt: number;
}): void {
  const { tally, log, instances, connections, startedAt } = options;
  const struck = new Map<string, number>();
  for (const { name } of log.struck) struck.set(name, (struck.get(name) ?? 0) + 1);
  console.log(`  faults: ${list(struck)}`);
  const { ms, what } = tally.slowest;
  console.log(`  answers: ${list(tally.answers)}; slowest ${Math.round(ms)} ms (${what})`);
  console.log(
    `  instances: ${instances.started} started, ${instances.killed} killed; ${connections} connections to the database`,
  );
  const recoveries = [...log.recoveriesMs].sort((a, b) => a - b).map(Math.round);
  const median = recoveries[Math.floor(recoveries.length / 2)];
  if (median !== undefined)
    console.log(
      `  first success after ${recoveries.length} returns of the database: median ${median} ms, worst ${recoveries.at(-1)} ms`,
    );
  const kinds = new Map<string, Loss[]>();
  for (const loss of tally.lost) kinds.set(loss.kind, [...(kinds.get(loss.kind) ?? []), loss]);
  for (const [kind, losses] of kinds) {
    console.log(`  LOST ${losses.length} x ${kind}`);
    for (const { detail, at } of losses.slice(0, mostShown)) {
      const before = log.struck.filter((fault) => fault.at <= at).slice(-2);
      const after = before.map((fault) => `${fault.name} ${seconds(fault.at - startedAt)}`).join(', ');
      console.log(`    at ${seconds(at - startedAt)}: ${detail}; last faults: ${after || 'none'}`);
    }
  }
}

/** The line that a run ends with: what was tried, and how much of it was lost. */
export function closingLine(stack: string, seed: string, tally: Tally): string {
  const { requests, signUps, sessions, ended, passwordChanges, renames, lost } = tally;
  const tried =
    `${requests} requests, ${signUps} sign-ups, ${sessions} sessions, ${ended} ended, ` +
    `${passwordChanges} passwords and ${renames} names changed`;
  return `chaos: ${stack}, seed ${seed}: ${tried}; ${lost.length} lost`;
}

function list(counts: Map<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
