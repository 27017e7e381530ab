import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { atMost, type Figure, median, plain } from '../figure.ts';
import type { Setting } from '../setting.ts';

const rounds = 9;
const names = ['bare', 'floor-whole', 'floor', 'auth', 'stock', 'tutorial', 'better-auth'];

/** A fresh process that imports a bundle and answers its first event, the database on loopback. */
export async function coldStartFigures(setting: Setting): Promise<Figure[]> {
  const runs = new Map<
    string,
    { environment: NodeJS.ProcessEnv; cookie: string; importMs: number[]; allMs: number[] }
  >();
  for (const name of names) {
    const environment = setting.environment(name);
    const instance = await setting.start(name, environment);
    const prepared = name === 'bare' ? { people: [] } : await prepare(instance);
    await instance.end();
    runs.set(name, { environment, cookie: prepared.people[0]?.[0] ?? '', importMs: [], allMs: [] });
  }
  setting.log(`cold starts: ${rounds} interleaved rounds`);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of runs) {
      const args = [setting.coldStart, setting.bundles.get(name) ?? '', run.cookie];
      const env = { ...process.env, ...run.environment };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      const { importMs, answerMs } = JSON.parse(stdout) as { importMs: number; answerMs: number };
      run.importMs.push(importMs);
      run.allMs.push(importMs + answerMs);
    }
  }
  const importOf = (name: string) => median(runs.get(name)?.importMs ?? []);
  const allOf = (name: string) => median(runs.get(name)?.allMs ?? []);
  // The floor is Express, serverless-http and the driver as esbuild bundles them; `slimmed` is as our functions are built.
  const imports = (name: string) => importOf(name) / importOf('floor-whole');
  const answers = (name: string) => allOf(name) / allOf('floor-whole');
  const others = names.filter((name) => !name.startsWith('floor') && name !== 'auth');
  return [
    plain('import, floor', importOf('floor-whole'), 'ms'),
    atMost('import, auth / floor', imports('auth'), 'x', 1),
    plain('import, floor slimmed / floor', imports('floor'), 'x'),
    ...others.map((name) => plain(`import, ${name} / floor`, imports(name), 'x')),
    plain('import and first answer, auth / floor', answers('auth'), 'x'),
    plain('import and first answer, floor slimmed / floor', answers('floor'), 'x'),
    ...others.map((name) => plain(`import and first answer, ${name} / floor`, answers(name), 'x')),
  ];
}

type Instance = Awaited<ReturnType<Setting['start']>>;

function prepare(instance: Instance) {
  return instance.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
}
