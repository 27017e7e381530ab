import { describe, expect, test } from 'vitest';
import { networkAddress } from '../../lib/base/network-address.ts';
import { emailKey } from '../../lib/users/email.ts';
import { watchCommands } from '../support/commands.ts';
import { ageCounters } from '../support/counters.ts';
import { createClient, eventSources } from '../support/events.ts';
import { startInstance } from '../support/instance.ts';
import {
  ada,
  failures,
  home,
  limitedInstances,
  minute,
  password,
  source,
  statuses,
  times,
} from '../support/limited-instances.ts';

const { database, instances, limits, signIn, start } = limitedInstances('limits');

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

describe('a sign-in', () => {
  test('with the right password asks the counters twice before the hash, and twice after', async () => {
    const watch = watchCommands(instances[0]);

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
    const watch = watchCommands(instances[0]);

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
