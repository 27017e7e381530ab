import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { runIfMain, UsageError } from '../../lib/dev/command.ts';
import { type Figure, SkippedError } from './figure.ts';
import { bundleFigures } from './figures/bundles.ts';
import { coldStartFigures } from './figures/cold-start.ts';
import { commandFigures } from './figures/commands.ts';
import { costFigures } from './figures/cost.ts';
import { growthFigures } from './figures/growth.ts';
import { instanceFigures } from './figures/instances.ts';
import { memoryFigures } from './figures/memory.ts';
import { postgresGrowthFigures } from './figures/postgres-growth.ts';
import { postgresUsersFigures } from './figures/postgres-users.ts';
import { scalingFigures } from './figures/scaling.ts';
import { postgresNetworkFigures, sqlFigures } from './figures/sql.ts';
import { networkFigures, sessionFigures, signInFigures } from './figures/throughput.ts';
import { createSetting, type Setting } from './setting.ts';

/** The option with which the Node that was called measures, and not the one of Lambda. */
const thisNode = '--this-node';

const tables: Record<string, (setting: Setting) => Promise<Figure[]>> = {
  session: sessionFigures,
  network: networkFigures,
  'sign-in': signInFigures,
  commands: commandFigures,
  'cold-start': coldStartFigures,
  bundles: bundleFigures,
  cost: costFigures,
  postgres: sqlFigures('postgres'),
  'postgres-network': postgresNetworkFigures,
  sqlite: sqlFigures('sqlite'),
  growth: growthFigures,
  'postgres-growth': postgresGrowthFigures,
  'postgres-users': postgresUsersFigures,
  instances: instanceFigures,
  memory: memoryFigures,
  scaling: scalingFigures,
};

/** The peers are installed here and not by `npm ci`, which stays lean. */
function installPeers(): void {
  const changedAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const installedAt = changedAt('test/bench/node_modules/.package-lock.json');
  if (installedAt >= changedAt('test/bench/package-lock.json')) return;
  console.error('bench: installing what it is measured against, and with (once)');
  execFileSync('npm', ['ci', '--prefix', 'test/bench', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 2, 2],
  });
}

/** The Node that Lambda runs, which came with the peers; undefined on machines where none runs. */
function nodeOfLambda(): string | undefined {
  const node = `test/bench/node_modules/node-${process.platform}-${process.arch}/bin/node`;
  return spawnSync(node, ['--version']).status === 0 ? resolve(node) : undefined;
}

/** A table's figures, or why they cannot be measured on this machine. */
async function measured(measure: (setting: Setting) => Promise<Figure[]>, setting: Setting) {
  try {
    return { figures: await measure(setting) };
  } catch (error) {
    if (!(error instanceof SkippedError)) throw error;
    return { figures: [], whyNot: error.message };
  }
}

/** Does all of this with another Node instead. */
function runWith(node: string): void {
  const { status } = spawnSync(node, [...process.execArgv, ...process.argv.slice(1), thisNode], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

function table(name: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name: figure, value, unit, goal, met }) => {
    const judged = goal === null ? '' : `${goal} ${unit}`;
    return `| ${figure} | ${value} ${unit} | ${judged} | ${met === null ? '' : met ? 'yes' : 'no'} |`;
  });
  return [
    `### ${name}`,
    '',
    '| figure | value | goal | met |',
    '| --- | ---: | ---: | --- |',
    ...rows,
    '',
  ].join('\n');
}

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const asJson = args.includes('--json');
  const asked = args.filter((arg) => !arg.startsWith('--'));
  const unknown = asked.filter((name) => !(name in tables));
  if (unknown.length > 0)
    throw new UsageError(
      `There is no table ${unknown.join(', ')}. There are: ${Object.keys(tables).join(', ')}`,
    );
  installPeers();
  const node = nodeOfLambda();
  if (node && !args.includes(thisNode)) return runWith(node);
  const setting = await createSetting((line) => console.error(`bench: ${line}`));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const all: Figure[] = [];
  const skipped: Record<string, string> = {};
  try {
    if (!asJson)
      console.log(
        `${machine}; Node ${process.version}; ${setting.database}; ${new Date().toISOString().slice(0, 10)}\n`,
      );
    for (const [name, measure] of Object.entries(tables)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      await setting.beginTable();
      const { figures, whyNot } = await measured(measure, setting);
      all.push(...figures);
      if (whyNot) skipped[name] = whyNot;
      if (!asJson) console.log(whyNot ? `### ${name}\n\nSkipped. ${whyNot}\n` : table(name, figures));
    }
  } finally {
    await setting.end();
  }
  const result = { machine, node: process.version, database: setting.database, figures: all, skipped };
  if (asJson) console.log(JSON.stringify(result));
  const missed = all.filter(({ met }) => met === false).length;
  const skips = Object.keys(skipped).map((name) => ` The table ${name} was skipped.`);
  console.error(
    `bench: ${all.length} figures, ${missed} of them short of their goal.${skips.join('')} test/bench/README.md says how to read them.`,
  );
});
