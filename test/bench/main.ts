import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { runIfMain, UsageError } from '../../lib/dev/command.ts';
import type { Figure } from './figure.ts';
import { bundleFigures } from './figures/bundles.ts';
import { coldStartFigures } from './figures/cold-start.ts';
import { commandFigures } from './figures/commands.ts';
import { growthFigures } from './figures/growth.ts';
import { instanceFigures } from './figures/instances.ts';
import { memoryFigures } from './figures/memory.ts';
import { scalingFigures } from './figures/scaling.ts';
import { networkFigures, sessionFigures, signInFigures } from './figures/throughput.ts';
import { createSetting, type Setting } from './setting.ts';

const tables: Record<string, (setting: Setting) => Promise<Figure[]>> = {
  session: sessionFigures,
  network: networkFigures,
  'sign-in': signInFigures,
  commands: commandFigures,
  'cold-start': coldStartFigures,
  bundles: bundleFigures,
  growth: growthFigures,
  instances: instanceFigures,
  memory: memoryFigures,
  scaling: scalingFigures,
};

/** The peers are installed here and not by `npm ci`, which stays lean. */
function installPeers(): void {
  if (existsSync('test/bench/node_modules/better-auth')) return;
  console.error('bench: installing what it is measured against (once)');
  execFileSync('npm', ['ci', '--prefix', 'test/bench', '--no-audit', '--no-fund'], {
    stdio: ['ignore', 2, 2],
  });
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
  const setting = await createSetting((line) => console.error(`bench: ${line}`));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const all: Figure[] = [];
  try {
    if (!asJson)
      console.log(
        `${machine}; Node ${process.version}; ${setting.database}; ${new Date().toISOString().slice(0, 10)}\n`,
      );
    for (const [name, measure] of Object.entries(tables)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      await setting.beginTable();
      const figures = await measure(setting);
      all.push(...figures);
      if (!asJson) console.log(table(name, figures));
    }
  } finally {
    await setting.end();
  }
  const result = { machine, node: process.version, database: setting.database, figures: all };
  if (asJson) console.log(JSON.stringify(result));
  const missed = all.filter(({ met }) => met === false).length;
  console.error(
    `bench: ${all.length} figures, ${missed} of them short of their goal. README says how to read them.`,
  );
});
