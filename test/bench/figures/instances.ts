import { startCountingProxy } from '../counting-proxy.ts';
import { type Figure, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { Setting } from '../setting.ts';

const poolSize = 5;
/** Each client also watches the server: one connection for its state and one for round-trip times. */
const watching = 2;

/** From 1 to 64 instances at once: connections stay within instances x pool, throughput as the machine allows. */
export async function instanceFigures(setting: Setting): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const count of [1, 8, 64]) {
    setting.log(`${count} instance${count === 1 ? '' : 's'} at once`);
    const proxy = await startCountingProxy(setting.uri);
    const environment = { ...setting.environment('auth'), MONGODB_URI: proxy.uri };
    const instances: BenchInstance[] = [await setting.start('auth', environment)];
    const { cookies } = await (instances[0] as BenchInstance).do(
      { kind: 'prepare', email: `ada${count}@example.com` },
      'prepared',
    );
    while (instances.length < count) instances.push(await setting.restart('auth', environment));
    for (const instance of instances) await instance.do({ kind: 'use', cookies }, 'prepared');
    const ran = await Promise.all(
      instances.map((each) =>
        each.do({ kind: 'run', request: 'session', concurrency: 8, forMs: 4000 }, 'ran'),
      ),
    );
    const perSecond = ran.reduce((sum, { requests, ms }) => sum + (requests / ms) * 1000, 0);
    const budget = count * (poolSize + watching);
    const connections = proxy.peak();
    figures.push(plain(`requests/s of ${count} instance${count === 1 ? '' : 's'}`, perSecond, 'requests/s'), {
      name: `connections of ${count} x (pool ${poolSize} + ${watching})`,
      value: connections,
      unit: 'connections',
      goal: budget,
      met: connections <= budget,
    });
    await Promise.all(instances.map((each) => each.end()));
    proxy.close();
  }
  return figures;
}
