import { setTimeout as wait } from 'node:timers/promises';
import { type CountingProxy, startCountingProxy } from '../counting-proxy.ts';
import { type Figure, plain } from '../figure.ts';
import type { People, RequestKind } from '../instance-process.ts';
import type { Setting } from '../setting.ts';

const requests = 20;

/** Whose commands are counted, under which name they are told. */
const counted = [
  { name: 'floor', called: 'floor' },
  { name: 'auth', called: 'session' },
  { name: 'stock', called: 'stock' },
  { name: 'tutorial', called: 'tutorial' },
  { name: 'better-auth', called: 'better-auth' },
];

/** Database commands of a signed-in request, and of the first one on a new instance, counted on the wire. */
export async function commandFigures(setting: Setting): Promise<Figure[]> {
  const figures: Figure[] = [];
  const proxy = await startCountingProxy(setting.uri);
  for (const { name, called } of counted) {
    setting.log(`commands of ${called}`);
    const environment = { ...setting.environment(name), MONGODB_URI: proxy.uri };
    const first = await setting.start(name, environment);
    const { people } = await first.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
    await first.end();
    const caller = { environment, people };
    figures.push(...(await count(setting, proxy, name, called, 'session', caller)));
    if (name === 'auth')
      figures.push(...(await count(setting, proxy, 'authorizer', 'authorizer', 'authorizer', caller)));
  }
  proxy.close();
  return figures;
}

/** What a new instance sends until it has answered a caller once, and what it sends for each request after. */
async function count(
  setting: Setting,
  proxy: CountingProxy,
  name: string,
  called: string,
  request: RequestKind,
  { environment, people }: { environment: NodeJS.ProcessEnv; people: People },
): Promise<Figure[]> {
  proxy.take();
  const instance = await setting.restart(name, environment);
  await instance.do({ kind: 'use', people }, 'prepared');
  const sentFor = async (times: number) => {
    await instance.do({ kind: 'times', request, count: times }, 'timed');
    await wait(200);
    return [...proxy.take().values()].reduce((sum, each) => sum + each, 0);
  };
  const coldStart = await sentFor(1);
  const perRequest = (await sentFor(requests)) / requests;
  await instance.end();
  return [
    plain(`commands per signed-in request, ${called}`, perRequest, 'commands'),
    plain(`commands of a cold start and its first request, ${called}`, coldStart, 'commands'),
  ];
}
