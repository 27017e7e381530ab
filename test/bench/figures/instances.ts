import { type CountingProxy, startCountingProxy } from '../counting-proxy.ts';
import { atMost, type Figure, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { Setting } from '../setting.ts';

/** As MONGODB_MAX_POOL_SIZE is by default. */
const poolSize = 5;
/** One more than an instance may have connections for. */
const moreThanPool = poolSize + 1;
const forMs = 3000;

/**
 * From 1 to 64 instances at once, each a process that has loaded the bundle: connections stay within instances x
 * pool, throughput as the machine allows.
 */
export async function instanceFigures(setting: Setting): Promise<Figure[]> {
  const environment = setting.environment('auth');
  // Whoever signs up also mails here, which in a deployed stage another function does: that one is not counted.
  const signUp = await setting.start('auth', environment);
  const { people } = await signUp.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
  await signUp.end();
  const figures: Figure[] = [];
  for (const count of [1, 8, 64]) {
    const proxy = await startCountingProxy(setting.uri);
    const instances: BenchInstance[] = [];
    try {
      // Warm, one by one: 64 cold starts at the same moment on one machine would measure nothing but those.
      while (instances.length < count) {
        const instance = await setting.restart('auth', { ...environment, MONGODB_URI: proxy.uri });
        instances.push(instance);
        await instance.do({ kind: 'use', people }, 'prepared');
        await instance.do({ kind: 'times', request: 'session', count: 3 }, 'timed');
      }
      setting.log(`${count} instance${count === 1 ? '' : 's'} at once`);
      figures.push(...(await atOnce(instances, proxy)));
    } finally {
      await Promise.allSettled(instances.map((each) => each.end()));
      proxy.close();
    }
  }
  return figures;
}

async function atOnce(instances: readonly BenchInstance[], proxy: CountingProxy): Promise<Figure[]> {
  const count = instances.length;
  const of = `${count} instance${count === 1 ? '' : 's'}`;
  // As Lambda has it: an instance has one request at a time.
  const perSecond = await requestsPerSecond(instances, 1, forMs);
  const single = proxy.open();
  await fillPools(instances);
  const most = proxy.peak();
  return [
    plain(`requests/s of ${of}, one at a time each`, perSecond, 'requests/s'),
    plain(`connections for requests of ${of}, one at a time each`, single.forRequests, 'connections'),
    plain(`connections that watch, of ${of}`, single.watching, 'connections'),
    atMost(
      `connections for requests of ${of}, ${moreThanPool} at once each`,
      most.forRequests,
      'connections',
      count * poolSize,
    ),
    atMost(
      `all connections of ${of}, ${moreThanPool} at once each`,
      most.all,
      'connections',
      count * (poolSize + 1),
    ),
  ];
}

/**
 * Gives every instance more requests at once than it may have connections. A few instances at a time: what they have
 * opened stays open, and a machine that is asked for hundreds of requests at once only tells that it is slow.
 */
async function fillPools(instances: readonly BenchInstance[]): Promise<void> {
  for (let from = 0; from < instances.length; from += 8)
    await requestsPerSecond(instances.slice(from, from + 8), moreThanPool, 1000);
}

/** All of them together; tried again where the machine was too slow for so many and an instance answered 503. */
async function requestsPerSecond(
  instances: readonly BenchInstance[],
  concurrency: number,
  forMs: number,
): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const ran = await Promise.allSettled(
      instances.map((each) => each.do({ kind: 'run', request: 'session', concurrency, forMs }, 'ran')),
    );
    const done = ran.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    if (done.length === ran.length)
      return done.reduce((sum, { requests, ms }) => sum + (requests / ms) * 1000, 0);
    const failed = ran.find((each) => each.status === 'rejected');
    if (tries === 3) throw failed?.reason;
  }
}
