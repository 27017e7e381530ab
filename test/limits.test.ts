import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Attempt, Limits } from '../lib/limits/limits.ts';
import { networkAddress } from '../lib/limits/network-address.ts';
import { createIndexes } from '../lib/mongo/indexes.ts';
import { Problem } from '../lib/problem.ts';
import { emailKey } from '../lib/users/email.ts';
import { watchCommands } from './support/commands.ts';
import { ageCounters } from './support/counters.ts';
import { testDatabase } from './support/database.ts';
import { createClient, eventSource, eventSources, type TestAnswer } from './support/events.ts';
import { type Instance, startInstance } from './support/instance.ts';

const database = testDatabase('limits');
const source = eventSource('HTTP API, payload 2.0');
const password = 'a good long password';
const ada = { email: 'Ada@example.com', password };
const home = '198.51.100.1';
const minute = 60;
const hour = 60 * minute;
let instances: [Instance, Instance];
let limits: Limits;

const start = (environment: NodeJS.ProcessEnv = {}) =>
  startInstance({
    database,
    environment: { RATE_LIMIT_FACTOR: '1', ...environment },
    mongoOptions: { monitorCommands: true },
  });

beforeAll(async () => {
  instances = [start(), start()];
  limits = instances[0].services.limits;
  await createIndexes(database.db(), instances[0].config);
  expect((await client(0, '198.51.100.250').post('/auth/sign-up', ada)).status).toBe(201);
});

beforeEach(() => database.db().collection('limits').deleteMany({}));

afterAll(async () => {
  await Promise.all(instances.map((each) => each.end()));
  await database.drop();
});

/** A client of one instance or the other. */
const client = (at: number, ip: string) =>
  createClient((instances[at % 2] as Instance).handlers.auth, source, { ip });

const signIn = (email: string, given: string, ip = home, at = 0) =>
  client(at, ip).post('/auth/sign-in', { email, password: given });

const times = <T>(count: number, work: (at: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, at) => work(at)));

/** How many answers there are of each status. */
function statuses(answers: readonly TestAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** `ok`, or the status of the problem that was thrown. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'ok' as const,
    (error: unknown) => {
      if (error instanceof Problem) return error.status;
      throw error;
    },
  );

/** How many of so many attempts, all at once, were let in and then counted as failed. */
async function failures(count: number, attempt: (at: number) => Promise<Attempt>): Promise<number> {
  const outcomes = await times(count, (at) => outcome(attempt(at).then((each) => each.failed())));
  return outcomes.filter((each) => each === 'ok').length;
}

const address = (at: number) => `203.0.113.${at}`;

describe('failed sign-ins of one account from one network address', () => {
  test.each([
    ['an account', ada.email],
    ['an account that does not exist', 'nobody@example.com'],
  ])('ASVS 6.3.1: of 40 guesses at once over two instances, at %s, 5 are answered', async (_what, email) => {
    const answers = await times(40, (at) => signIn(email, 'a wrong password', home, at));

    expect(statuses(answers)).toEqual({ 401: 5, 429: 35 });
    for (const answer of answers) {
      const code = answer.status === 401 ? 'invalid_credentials' : 'rate_limited';
      expect(answer.json()).toMatchObject({ status: answer.status, code });
      expect(answer.cookies).toEqual([]);
    }
  });

  test('keep the right password out too, from that address and from no other', async () => {
    await times(5, () => signIn(ada.email, 'a wrong password'));

    expect((await signIn(ada.email, password)).status).toBe(429);
    expect((await signIn(ada.email, password, '198.51.100.2')).status).toBe(200);
    expect((await signIn(ada.email, password)).status).toBe(429);
  });

  test('are counted for the account, however its address is written', async () => {
    await times(5, (at) => signIn(at % 2 ? ada.email.toUpperCase() : ` ${ada.email}`, 'a wrong password'));

    expect((await signIn(ada.email, password)).status).toBe(429);
  });

  test('are forgotten at a right password', async () => {
    for (const _round of [1, 2]) {
      expect(statuses(await times(4, () => signIn(ada.email, 'a wrong password')))).toEqual({ 401: 4 });
      expect((await signIn(ada.email, password)).status).toBe(200);
    }
  });

  test('are over after 15 minutes, counted from the first', async () => {
    await times(5, () => signIn(ada.email, 'a wrong password'));

    await ageCounters(database.db(), 15 * minute - 10);
    expect((await signIn(ada.email, password)).status).toBe(429);
    await ageCounters(database.db(), 11);
    expect(statuses(await times(6, () => signIn(ada.email, 'a wrong password')))).toEqual({ 401: 5, 429: 1 });
  });

  test('are not multiplied by RATE_LIMIT_FACTOR: an account has one owner', async () => {
    const instance = start({ RATE_LIMIT_FACTOR: '1000' });

    const answers = await times(8, () =>
      createClient(instance.handlers.auth, source).post('/auth/sign-in', { ...ada, password: 'wrong' }),
    );

    expect(statuses(answers)).toEqual({ 401: 5, 429: 3 });
    await instance.end();
  });
});

describe('a network address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
    ['2001:DB8:1:2::', '20010db800010002/64'],
    ['2001:db8:1:3::', '20010db800010003/64'],
    ['fe80::1%eth0', 'fe80000000000000/64'],
    ['not an address', 'unknown'],
    [undefined, 'unknown'],
  ])('%s counts as %s', (ip, network) => {
    expect(networkAddress(ip)).toBe(network);
  });

  test.each(eventSources)('is a /64 of IPv6, from $name', async (each) => {
    const email = `${each.name.replace(/\W/g, '')}@example.com`;
    const attempt = async (ip: string) => {
      const answer = await createClient(instances[0].handlers.auth, each, { ip }).post('/auth/sign-in', {
        email,
        password: 'a wrong password',
      });
      return answer.status;
    };
    await failures(4, (at) => limits.signIn(emailKey(email), `2001:db8:0:1::${at + 1}`));

    expect(await attempt('2001:db8:0:1:ffff::')).toBe(401);
    expect(await attempt('2001:db8:0:1::5')).toBe(429);
    expect(await attempt('2001:db8:0:2::1')).toBe(401);
  });

  test('that an event does not tell is one that all such callers share', async () => {
    const event = source.event({
      method: 'POST',
      path: '/auth/sign-in',
      body: { email: 'nobody@example.com', password: 'a wrong password' },
    }) as { requestContext: { http: { sourceIp?: string } } };
    delete event.requestContext.http.sourceIp;

    const answers = await times(6, async () =>
      source.response(await instances[0].handlers.auth(event, {} as never)),
    );

    expect(statuses(answers)).toEqual({ 401: 5, 429: 1 });
  });
});

describe('failed sign-ins of one account in a row, from everywhere', () => {
  test.each([
    ['an account', ada.email],
    ['an account that does not exist', 'nobody@example.com'],
  ])('ASVS 6.3.1, NIST 3.2.2: of 200 guesses at once at %s, 100 are answered', async (_what, email) => {
    const answered = await failures(200, (at) => limits.signIn(emailKey(email), address(at)));

    expect(answered).toBe(100);
    expect((await signIn(email, password, '192.0.2.1', 1)).status).toBe(429);
  });

  test('a right guess among too many at once is not told', async () => {
    const attempts = await times(101, (at) => limits.signIn(emailKey(ada.email), address(at)));
    const right = attempts.pop() as Attempt;
    await Promise.all(attempts.map((each) => each.failed()));

    expect(await outcome(right.succeeded())).toBe(429);
  });

  test('lock the account for as long as it is not opened', async () => {
    await failures(100, (at) => limits.signIn(emailKey(ada.email), address(at)));

    await ageCounters(database.db(), 365 * 24 * hour);

    const answer = await signIn(ada.email, password, '192.0.2.1');
    expect(answer.status).toBe(429);
    expect(answer.json().detail).toMatch(/locked.*new password/);
    expect(answer.headers.get('retry-after')).toBe(String(24 * hour));
  });

  test('AU: a reset opens a locked account, for the address that failed as well', async () => {
    await failures(100, (at) => limits.signIn(emailKey(ada.email), address(at)));
    await failures(5, () => limits.signIn(emailKey('eve@example.com'), address(1)));

    await limits.unlock(emailKey(ada.email));

    expect((await signIn(ada.email, password, address(1))).status).toBe(200);
    expect(await outcome(limits.signIn(emailKey('eve@example.com'), address(1)))).toBe(429);
  });

  test('end at a right password', async () => {
    await failures(99, (at) => limits.signIn(emailKey(ada.email), address(at)));

    expect((await signIn(ada.email, password, '192.0.2.1')).status).toBe(200);
    expect(await failures(1, () => limits.signIn(emailKey(ada.email), '192.0.2.1'))).toBe(1);
    expect((await signIn(ada.email, password, '192.0.2.2')).status).toBe(200);
  });

  test('are not held against an account made later', async () => {
    const email = 'late@example.com';
    await failures(100, (at) => limits.signIn(emailKey(email), address(at)));

    await client(0, home).post('/auth/sign-up', { email, password });

    expect((await signIn(email, password, address(1))).status).toBe(200);
  });
});

describe('failed sign-ins from one network address, all accounts', () => {
  const guess = (at: number) => limits.signIn(`user${at}@example.com`, home);

  test('of 200 at once, 100 are answered, and no further one for an hour', async () => {
    expect(await failures(200, guess)).toBe(100);

    expect((await signIn(ada.email, password)).status).toBe(429);
    expect((await signIn(ada.email, password, '192.0.2.1')).status).toBe(200);
    await ageCounters(database.db(), hour + 1);
    expect((await signIn(ada.email, password)).status).toBe(200);
  });

  test('are multiplied by RATE_LIMIT_FACTOR', async () => {
    const instance = start({ RATE_LIMIT_FACTOR: '0.1' });

    expect(await failures(20, (at) => instance.services.limits.signIn(`${at}@example.com`, home))).toBe(10);
    await instance.end();
  });

  test('a right password does not clear them', async () => {
    await failures(99, guess);
    await signIn(ada.email, password);

    expect(await failures(2, (at) => guess(at + 200))).toBe(1);
  });
});

describe('a sign-in', () => {
  test('with the right password asks the counters twice before the hash, and twice after', async () => {
    const watch = watchCommands(instances[0].services.mongo.client());

    await signIn(ada.email, password);

    const names = watch.names();
    expect(names.slice(0, 5)).toEqual([
      'limits.find',
      'limits.findAndModify',
      'users.find',
      'limits.find',
      'limits.delete',
    ]);
    expect(names.slice(5).filter((name) => name.startsWith('limits'))).toEqual([]);
    expect(names.filter((name) => name.endsWith('createIndexes'))).toEqual([]);
  });

  test('over a limit costs one read, and no write', async () => {
    await times(5, () => signIn(ada.email, 'a wrong password'));
    const watch = watchCommands(instances[0].services.mongo.client());

    await signIn(ada.email, password);

    expect(watch.names()).toEqual(['limits.find']);
  });

  test('ASVS 16.5.3: without the counters answers 503, and signs nobody in', async () => {
    const lonely = startInstance({ database: { uri: 'mongodb://127.0.0.1:1', name: 'nowhere' } });

    const answer = await createClient(lonely.handlers.auth, source).post('/auth/sign-in', ada, {
      expect5xx: true,
    });

    expect(answer.status).toBe(503);
    expect(answer.json().code).toBe('unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.cookies).toEqual([]);
    await lonely.end();
  });

  test('over a limit says when to come back, and in the fields of the IETF draft', async () => {
    const [first] = await times(5, () => signIn(ada.email, 'a wrong password'));
    await ageCounters(database.db(), 10 * minute);

    const answer = await signIn(ada.email, password);

    expect(first?.headers.get('ratelimit')).toBeNull();
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(4 * minute);
    expect(seconds).toBeLessThanOrEqual(5 * minute);
    expect(answer.headers.get('ratelimit')).toBe(`"sign-in";r=0;t=${seconds}`);
    expect(answer.headers.get('ratelimit-policy')).toBe('"sign-in";q=5;w=900');
  });
});

describe('sign-ups from one network address', () => {
  test('are 20 an hour', async () => {
    expect((await times(19, () => outcome(limits.signUp(home)))).every((each) => each === 'ok')).toBe(true);
    const signUp = (email: string, ip = home) =>
      client(1, ip).post('/auth/sign-up', { email, password: 'another long password' });

    const answers = [await signUp('twentieth@example.com'), await signUp('twentyfirst@example.com')];

    expect(answers.map(({ status }) => status)).toEqual([201, 429]);
    expect(answers[1]?.headers.get('ratelimit-policy')).toBe('"sign-up";q=20;w=3600');
    expect((await signUp('elsewhere@example.com', '192.0.2.1')).status).toBe(201);
    await ageCounters(database.db(), hour + 1);
    expect((await signUp('later@example.com')).status).toBe(201);
  });

  test('count where the address is taken, so that nobody can try out a list of them', async () => {
    const answers = await times(25, () => client(0, home).post('/auth/sign-up', ada));

    expect(statuses(answers)).toEqual({ 409: 20, 429: 5 });
  });

  test('do not count where the input or the password is refused', async () => {
    const answers = await times(25, (at) =>
      client(0, home).post('/auth/sign-up', { email: at % 2 ? 'no address' : ada.email, password: 'short' }),
    );

    expect(statuses(answers)).toEqual({ 422: 25 });
    expect(await database.db().collection('limits').countDocuments()).toBe(0);
  });
});

describe('requests for a mail', () => {
  test('are 3 an hour for one e-mail address, and answered alike over that', async () => {
    const send = await times(5, (at) => limits.mail('ada@example.com', address(at)));

    expect(send.filter(Boolean)).toHaveLength(3);
    await ageCounters(database.db(), hour + 1);
    expect(await limits.mail('ada@example.com', home)).toBe(true);
  });

  test('are 20 an hour from one network address; those over it use up nobody’s mails', async () => {
    const outcomes = await times(30, (at) => outcome(limits.mail(`user${at}@example.com`, home)));
    const others = await times(20, (at) => limits.mail(`user${at + 10}@example.com`, address(at)));

    expect(outcomes.filter((each) => each === 'ok')).toHaveLength(20);
    expect(others.every((send) => send)).toBe(true);
  });
});

describe('wrong tokens from one network address', () => {
  test('are 20 an hour; after those a right one is not looked at either', async () => {
    expect(await failures(30, () => limits.token(home))).toBe(20);

    expect(await outcome(limits.token(home))).toBe(429);
    expect(await outcome(limits.token('192.0.2.1'))).toBe('ok');
    await ageCounters(database.db(), hour + 1);
    expect(await outcome(limits.token(home))).toBe('ok');
  });

  test('right ones do not count', async () => {
    await times(30, async () => (await limits.token(home)).succeeded());

    expect(await failures(20, () => limits.token(home))).toBe(20);
  });
});

describe('wrong current passwords of one user', () => {
  test('are 10 in 15 minutes, also at once', async () => {
    expect(await failures(20, () => limits.currentPassword('user-1'))).toBe(10);

    expect(await outcome(limits.currentPassword('user-2'))).toBe('ok');
    await ageCounters(database.db(), 15 * minute + 1);
    expect(await outcome(limits.currentPassword('user-1'))).toBe('ok');
  });

  test('are forgotten at the right one', async () => {
    await failures(9, () => limits.currentPassword('user-1'));
    await (await limits.currentPassword('user-1')).succeeded();

    expect(await failures(10, () => limits.currentPassword('user-1'))).toBe(10);
  });
});

describe('what is counted', () => {
  const user = { userId: 'user-1', emailKey: 'ada@example.com' };
  const countAll = async () => {
    await failures(2, (at) => limits.signIn(user.emailKey, address(at)));
    await limits.mail(user.emailKey, home);
    await limits.currentPassword(user.userId);
  };

  test('holds no e-mail address and no network address', async () => {
    await countAll();
    await limits.signUp(home);
    await failures(1, () => limits.token(home));

    const stored = JSON.stringify(await database.db().collection('limits').find().toArray());

    expect(JSON.parse(stored).length).toBeGreaterThan(8);
    expect(stored).not.toMatch(/ada|example|198\.51|203\.0|user-1/);
  });

  test('about a user is forgotten with the account, and nothing else', async () => {
    await limits.mail('eve@example.com', home);
    const before = await database.db().collection('limits').find().sort({ _id: 1 }).toArray();
    await countAll();

    await limits.forget(user);

    const left = await database.db().collection('limits').find().sort({ _id: 1 }).toArray();
    const ofNetworks = /^(network|mail-network):/;
    const idsOf = (documents: typeof left) =>
      documents.map(({ _id }) => String(_id)).filter((id) => !ofNetworks.test(id));
    expect(idsOf(left)).toEqual(idsOf(before));
  });

  test('is swept by an index that no request creates', async () => {
    const indexes = await database.db().collection('limits').indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { expire: 1 }, expireAfterSeconds: 0 }));
  });
});
