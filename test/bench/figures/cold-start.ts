import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { atMost, type Figure, median, plain } from '../figure.ts';
import { startParameterStore } from '../parameter-store.ts';
import type { Setting } from '../setting.ts';

const rounds = 9;
const names = ['bare', 'floor-whole', 'floor', 'auth', 'stock', 'tutorial', 'better-auth'];

interface Run {
  bundle: string;
  environment: NodeJS.ProcessEnv;
  cookie: string;
  importMs: number[];
  allMs: number[];
}

/** What an instance waits for an answer of AWS in its own region. */
const storeMs = 15;
const withSecrets = 'auth, its secrets elsewhere';

/** A fresh process that imports a bundle and answers its first event, the database on loopback. */
export async function coldStartFigures(setting: Setting): Promise<Figure[]> {
  const runs = new Map<string, Run>();
  const secrets = await startParameterStore(storeMs);
  for (const name of names) {
    const environment = setting.environment(name);
    const instance = await setting.start(name, environment);
    const prepared = name === 'bare' ? { people: [] } : await prepare(instance);
    await instance.end();
    const cookie = prepared.people[0]?.[0] ?? '';
    runs.set(name, { bundle: name, environment, cookie, importMs: [], allMs: [] });
    if (name !== 'auth') continue;
    const elsewhere = secrets.keeping(environment, ['MONGODB_URI', 'SESSION_SECRETS']);
    runs.set(withSecrets, { bundle: name, environment: elsewhere, cookie, importMs: [], allMs: [] });
  }
  setting.log(`cold starts: ${rounds} interleaved rounds`);
  for (let round = 0; round < rounds; round += 1) {
    for (const run of runs.values()) {
      const args = [setting.coldStart, setting.bundles.get(run.bundle) ?? '', run.cookie];
      const env = { ...process.env, ...run.environment };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      const { importMs, answerMs } = JSON.parse(stdout) as { importMs: number; answerMs: number };
      run.importMs.push(importMs);
      run.allMs.push(importMs + answerMs);
    }
  }
  secrets.end();
  const [plainRuns = [], secretRuns = []] = ['auth', withSecrets].map((name) => runs.get(name)?.allMs);
  // Side by side: what else runs on the machine is in both of a round.
  const longer = secretRuns.map((ms, round) => ms - (plainRuns[round] ?? 0));
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
    plain(`reading secrets from a Parameter Store that answers in ${storeMs} ms`, median(longer), 'ms'),
  ];
}

type Instance = Awaited<ReturnType<Setting['start']>>;

function prepare(instance: Instance) {
  return instance.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
}
