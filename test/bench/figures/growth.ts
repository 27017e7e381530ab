import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { addSessions, fillWithOthers, sessionsEach } from '../crowd.ts';
import { atMost, type Figure, median, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { RequestKind } from '../instance-process.ts';
import type { Setting } from '../setting.ts';

const few = 1000;
const rounds = 9;
const perRound = { session: 200, 'sign-in': 50, devices: 50 };
type Asked = keyof typeof perRound & RequestKind;
const swept = 100_000;
/** A server looks for what is over once a minute. */
const sweptWithinMs = 300_000;

/** A database of a size, and for each request an instance on it. */
interface Place {
  db: Db;
  instances: Record<Asked, BenchInstance>;
}

/**
 * The same requests as the collections grow: a database with a thousand live sessions beside one with a hundred or a
 * thousand times as many, in rounds that alternate; then a sweep of expired ones.
 */
export async function growthFigures(setting: Setting): Promise<Figure[]> {
  const many = setting.isRealServer ? 1_000_000 : 100_000;
  const places: Place[] = [];
  try {
    setting.log(`growth: filling one database with ${few} sessions`);
    places.push(await placeWith(setting, few));
    setting.log(`growth: filling another with ${many} sessions and ${many / sessionsEach} users`);
    places.push(await placeWith(setting, many));
    setting.log(`growth: ${rounds} rounds on both by turns`);
    const session = await mediansOf(places, 'session');
    const signIn = await mediansOf(places, 'sign-in');
    const devices = await mediansOf(places, 'devices');
    setting.log(`growth: ${swept} expired sessions, swept while requests go on (minutes)`);
    const sweep = await sweepOf(places[1] as Place);
    const than = `with ${many} live sessions / with ${few}`;
    return [
      atMost(`session ${than}`, session.large / session.small, 'x', 1.2),
      atMost(`sign-in without the hash ${than}`, signIn.large / signIn.small, 'x', 1.2),
      atMost(`devices of a user with 50 sessions ${than}`, devices.large / devices.small, 'x', 1.2),
      plain('devices of a user with 50 sessions / session', devices.large / session.large, 'x'),
      plain(`session while ${swept} expired ones are swept / before`, sweep.median / session.large, 'x'),
      plain('slowest session while they are swept', sweep.slowestMs, 'ms'),
      plain(`from the first to the last of ${swept} swept`, sweep.seconds, 's'),
    ];
  } finally {
    await Promise.allSettled(
      places.flatMap(({ instances }) => Object.values(instances).map((each) => each.end())),
    );
  }
}

async function placeWith(setting: Setting, sessions: number): Promise<Place> {
  const MONGODB_DB = setting.databaseName(`growth_${sessions}`);
  const environment = { ...setting.environment('auth'), MONGODB_DB };
  const session = await setting.start('auth', environment);
  const { people } = await session.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
  const devices = await setting.restart('sessions', environment);
  await devices.do({ kind: 'use', people }, 'prepared');
  // Another user, whose sign-ins end no session of the first; and no hash, which would hide all else.
  const signIn = await setting.restart('no-hash', environment);
  await signIn.do({ kind: 'prepare', emails: ['grace@example.com'] }, 'prepared');
  const db = setting.client().db(MONGODB_DB);
  const ada = await db.collection('users').findOne({ emailKey: 'ada@example.com' });
  await addSessions(db, String(ada?._id), 49, new Date(Date.now() + 86_400_000));
  await fillWithOthers(db, sessions - 50);
  return { db, instances: { session, devices, 'sign-in': signIn } };
}

/** Milliseconds at the median of the rounds, on the small database and on the large one. */
async function mediansOf(places: readonly Place[], request: Asked) {
  const samples: number[][] = places.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [at, place] of places.entries()) {
      const taken = await times(place, request);
      // The first round warms up.
      if (round >= 0) samples[at]?.push(median(taken));
    }
  }
  return { small: median(samples[0] ?? []), large: median(samples.at(-1) ?? []) };
}

async function times({ instances }: Place, request: Asked): Promise<number[]> {
  const { ms } = await instances[request].do({ kind: 'times', request, count: perRound[request] }, 'timed');
  return ms;
}

/** Lets many sessions expire at one moment, and looks at the requests that are answered while they go. */
async function sweepOf(place: Place) {
  const { db } = place;
  const sessions = db.collection('sessions');
  const live = await sessions.estimatedDocumentCount();
  await addSessions(db, 'gone', swept, new Date(Date.now() + 20_000));
  const ms: number[] = [];
  let [firstAt, lastAt] = [0, 0];
  const startedAt = performance.now();
  for (let left = live + swept; left > live; ) {
    const taken = await times(place, 'session');
    const now = await sessions.estimatedDocumentCount();
    if (now < left) {
      firstAt ||= performance.now();
      lastAt = performance.now();
      ms.push(...taken);
    }
    left = now;
    if (performance.now() - startedAt > sweptWithinMs) throw new Error('not all were swept within 5 minutes');
    // Between two passes of the sweep there is nothing to see.
    if (firstAt === 0) await wait(50);
  }
  return { median: median(ms), slowestMs: Math.max(...ms), seconds: (lastAt - firstAt) / 1000 };
}
