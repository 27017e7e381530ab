import { setTimeout as wait } from 'node:timers/promises';
import { startCountingProxy } from '../counting-proxy.ts';
import { type Figure, plain } from '../figure.ts';
import type { Setting } from '../setting.ts';

const requests = 20;

/** Database commands of a signed-in request, and of the first one on a new instance, counted on the wire. */
export async function commandFigures(setting: Setting): Promise<Figure[]> {
  const figures: Figure[] = [];
  const proxy = await startCountingProxy(setting.uri);
  for (const name of ['floor', 'auth', 'stock', 'tutorial', 'better-auth']) {
    setting.log(`commands of ${name}`);
    const environment = { ...setting.environment(name), MONGODB_URI: proxy.uri };
    const first = await setting.start(name, environment);
    const { cookies } = await first.do({ kind: 'prepare', email: 'ada@example.com' }, 'prepared');
    await wait(200);
    proxy.take();
    await first.do({ kind: 'times', request: 'session', count: requests }, 'timed');
    const perRequest = total(proxy.take()) / requests;
    await first.end();

    // What another instance sends from its start until it has answered the same caller.
    proxy.take();
    const second = await setting.restart(name, environment);
    await second.do({ kind: 'use', cookies }, 'prepared');
    await second.do({ kind: 'times', request: 'session', count: 1 }, 'timed');
    await wait(200);
    const coldStart = total(proxy.take());
    await second.end();
    const called = name === 'auth' ? 'session' : name;
    figures.push(
      plain(`commands per signed-in request, ${called}`, perRequest, 'commands'),
      plain(`commands of a cold start and its first request, ${called}`, coldStart, 'commands'),
    );
  }
  proxy.close();
  return figures;
}

function total(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
