import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Collection, Document } from 'mongodb';
import { atMost, type Figure, median, plain } from '../figure.ts';
import type { BenchInstance } from '../instance.ts';
import type { Setting } from '../setting.ts';

const rounds = 5;
const perRound = 300;

/** The same requests as the collection grows; devices of a user with 50 sessions; a sweep of expired ones. */
export async function growthFigures(setting: Setting): Promise<Figure[]> {
  const most = setting.isRealServer ? 1_000_000 : 100_000;
  const environment = setting.environment('auth');
  const auth = await setting.start('auth', environment);
  const { cookies } = await auth.do({ kind: 'prepare', email: 'ada@example.com' }, 'prepared');
  const devices = await setting.start('sessions', environment);
  await devices.do({ kind: 'use', cookies }, 'prepared');
  const sessions = setting.client().db(environment.MONGODB_DB).collection('sessions');

  await fill(sessions, 1000);
  const small = await medianMs(auth, 'session');
  setting.log(`growth: filling up to ${most} sessions`);
  await fill(sessions, most - 1000);
  const large = await medianMs(auth, 'session');

  const userId = (await sessions.findOne({ userId: { $exists: true }, 'signedIn.method': 'sign_up' }))
    ?.userId;
  await sessions.insertMany(Array.from({ length: 49 }, () => sessionOf(String(userId), farAway())));
  const listing = await medianMs(devices, 'devices');

  setting.log('growth: 100,000 expired sessions, swept while requests go on (up to two minutes)');
  const { during, seconds } = await sweep(sessions, auth);
  await auth.end();
  await devices.end();
  return [
    atMost(`session with ${most} live sessions / with 1,000`, large / small, 'x', 1.2),
    plain('devices of a user with 50 sessions / session', listing / large, 'x'),
    plain('session while 100,000 expired ones are swept / before', during / large, 'x'),
    plain('until 100,000 expired sessions were swept', seconds, 's'),
  ];
}

async function medianMs(instance: BenchInstance, request: 'session' | 'devices'): Promise<number> {
  const medians: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { ms } = await instance.do({ kind: 'times', request, count: perRound }, 'timed');
    medians.push(median(ms));
  }
  return median(medians);
}

/** Live sessions of other users, five each. */
async function fill(sessions: Collection<Document>, count: number): Promise<void> {
  for (let done = 0; done < count; done += 5000) {
    const batch = Array.from({ length: Math.min(5000, count - done) }, (_, at) =>
      sessionOf(`user ${Math.floor((done + at) / 5)}`, farAway()),
    );
    await sessions.insertMany(batch as never);
  }
}

/** Inserts expired sessions and watches until the server's TTL sweep has taken them all. */
async function sweep(sessions: Collection<Document>, auth: BenchInstance) {
  const yesterday = new Date(Date.now() - 86_400_000);
  for (let done = 0; done < 100_000; done += 5000)
    await sessions.insertMany(
      Array.from({ length: 5000 }, (_, at) => sessionOf(`gone ${done + at}`, yesterday)) as never,
    );
  const startedAt = performance.now();
  const medians: number[] = [];
  while (await sessions.findOne({ expires: yesterday }, { projection: { _id: 1 } })) {
    const { ms } = await auth.do({ kind: 'times', request: 'session', count: 100 }, 'timed');
    medians.push(median(ms));
    if (performance.now() - startedAt > 300_000) throw new Error('nothing was swept within 5 minutes');
    await wait(50);
  }
  return { during: median(medians), seconds: (performance.now() - startedAt) / 1000 };
}

function farAway(): Date {
  return new Date(Date.now() + 86_400_000);
}

function sessionOf(userId: string, expires: Date) {
  const at = new Date(expires.getTime() - 2 * 86_400_000);
  const signedIn = { method: 'password', authenticatedAt: at, emailVerified: false, credentialsVersion: 1 };
  return {
    _id: randomBytes(32).toString('base64url') as never,
    userId,
    createdAt: at,
    lastSeenAt: at,
    expires,
    signedIn: { ...signedIn, ip: '203.0.113.9', userAgent: 'bench' },
    session: {},
  };
}
