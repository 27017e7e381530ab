import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { testClock } from '../../../support/clock.ts';
import { CookieJar, eventSources } from '../../../support/events.ts';
import { testInstances } from '../../../support/instances.ts';
import { environmentOfAll } from '../../../support/lying-provider.ts';
import { type Person, person } from '../../../support/person.ts';
import {
  begin,
  comeBack,
  countAll,
  outcome,
  problem,
  providerPerson,
  signInBy,
} from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';

// A provider that is slow or down harms nobody who does not sign in by it.

const { start, database } = testInstances('unreachable providers');
const acme = await testProvider('acme');
const other = await testProvider('other');

/** Of one wait, in milliseconds; what comes on top of it is the machine's. */
const limit = 3000;

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const since = performance.now();
  return [await work, performance.now() - since];
}

async function expectUnavailable({ auth, cookies }: Person): Promise<number> {
  const [answer, milliseconds] = await timed(auth.get('/auth/with/acme', { expect5xx: true }));
  expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
  expect(answer.json().detail).toContain('Acme cannot be reached');
  expect(answer.headers.get('retry-after')).toBe('5');
  expect([answer.cookies, cookies.all()]).toEqual([[], {}]);
  return milliseconds;
}

describe.each(eventSources)('over $name', (source) => {
  afterEach(async () => {
    await acme.stop();
    await acme.resume();
  });

  test('a port where nobody answers is 503, and the provider back is a sign-in', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }), source });
    await acme.stop();

    await expectUnavailable(ada);
    await acme.resume();

    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
  });

  test('it is a page to a browser, with words and a way back to sign-in', async () => {
    const instance = start({ environment: acme.environment({ name: 'Acme & "<b>Co</b>"' }) });
    const { auth } = person({ instance, source });
    await acme.stop();

    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const visit = (id: string, query: [string, string][] = []) =>
      auth.get(`/auth/with/${id}`, { headers, query, expect5xx: true });
    const answer = await visit('acme', [['next', '/devices?a=b&c=d']]);

    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([
      503,
      'text/html; charset=utf-8',
      expect.stringContaining('Accept'),
    ]);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.body).toContain('Acme &amp; &quot;&lt;b&gt;Co&lt;/b&gt;&quot; cannot be reached');
    expect(answer.body).toContain('href="/sign-in?next=%2Fdevices%3Fa%3Db%26c%3Dd"');
    expect((await visit('acme', [['next', 'https://evil.example/']])).body).toContain('href="/sign-in"');
    expect([(await visit('nobody')).status, (await visit('nobody')).body]).toEqual([
      404,
      expect.stringContaining('<h1>'),
    ]);
    expect((await auth.get('/auth/session', { headers })).json().code).toBe('not_signed_in');
  });
});

test('its page is let through by its own policy', async () => {
  const { auth } = person({ instance: start() });

  const { body, headers } = await auth.get('/auth/with/nobody', { headers: { accept: 'text/html' } });

  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(body) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(style.length).toBeGreaterThan(1000);
  expect(headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
  expect(body).not.toMatch(/<script|style="/);
});

test('a provider that never answers is 503 after some three seconds, and its answer afterwards is a sign-in', async () => {
  const instance = start({ environment: acme.environment() });
  const ada = person({ instance });
  acme.lies = { delay: { discovery: 'never' } };

  const milliseconds = await expectUnavailable(ada);
  expect(milliseconds).toBeGreaterThan(limit - 100);
  // What the machine adds to it is not the provider's.
  expect(milliseconds).toBeLessThan(2 * limit);

  acme.lies = {};
  expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
});

test('a provider that sends its metadata without an end is 503 too', async () => {
  const ada = person({ instance: start({ environment: acme.environment() }) });
  acme.lies = { delay: { discovery: 'half' } };

  expect(await expectUnavailable(ada)).toBeLessThan(2 * limit);
});

test('while one is down, another signs in, and so does a password', async () => {
  const instance = start({ environment: environmentOfAll(acme, other) });
  acme.lies = { delay: { discovery: 'never' } };
  const [ada, bob, eve] = [person({ instance }), person({ instance }), person({ instance })];
  const waiting = expectUnavailable(eve);

  expect(outcome(await signInBy(ada, other, providerPerson()))).toEqual([303, '/']);
  expect((await bob.signUp()).status).toBe(201);
  await waiting;
});

describe.each(['token', 'keys', 'userinfo'] as const)('a provider whose %s never comes', (door) => {
  test('failed, after some three seconds, and is tried anew from the beginning', async () => {
    const instance = start({ environment: acme.environment() });
    const ada = person({ instance });
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const before = await countAll(database);
    acme.lies = { delay: { [door]: 'never' } };

    const [answer, milliseconds] = await timed(comeBack(ada, sent));

    expect(outcome(answer)).toEqual(problem('provider_failed'));
    expect(milliseconds).toBeGreaterThan(limit - 100);
    expect(milliseconds).toBeLessThan(2 * limit);
    expect(await countAll(database)).toEqual(before);
    expect(instance.log.map(({ message }) => message)).toContain('signing in by a provider failed');
    acme.lies = {};
    expect(outcome(await comeBack(ada, sent))).toEqual(problem('sign_in_expired'));
    expect(outcome(await signInBy(ada, acme, providerPerson()))).toEqual([303, '/']);
  });
});

test('connections that it has ended while an instance slept do not stand in the way', async () => {
  const instance = start({ environment: acme.environment() });
  acme.lies = { forgetful: true };

  for (const _each of [1, 2, 3])
    expect(outcome(await signInBy(person({ instance }), acme, providerPerson()))).toEqual([303, '/']);
});

test('a provider that went away while somebody was there failed', async () => {
  const ada = person({ instance: start({ environment: acme.environment() }) });
  const sent = acme.sendBack(await begin(ada), providerPerson());
  await acme.stop();

  const answer = await comeBack(ada, sent);
  await acme.resume();

  expect(outcome(answer)).toEqual(problem('provider_failed'));
  expect(await ada.status()).toBe(401);
});

describe('what a provider says of itself, and its keys', () => {
  test('nothing is asked when an instance starts, nor by any other route', async () => {
    const instance = start({ environment: acme.environment() });
    const ada = person({ instance });
    await ada.signUp();
    await ada.signIn();
    for (const page of ['/sign-in', '/sign-up', '/settings', '/sign-in?problem=provider_failed'])
      await ada.pages.get(page);
    await ada.account.get('/account/factors');
    await comeBack(ada, { state: 'x', code: 'y' });

    expect(acme.asked).toEqual([]);
  });

  test('are asked for once for all sign-ins of an hour, and again after it', async () => {
    const clock = testClock();
    const instance = start({ environment: acme.environment(), now: clock.now });
    const counts = () => [acme.count('discovery'), acme.count('keys'), acme.count('token')];
    for (const _each of [1, 2, 3]) await signInBy(person({ instance }), acme, providerPerson());
    expect(counts()).toEqual([1, 1, 3]);

    clock.pass(3599);
    await signInBy(person({ instance }), acme, providerPerson());
    expect(counts()).toEqual([1, 1, 4]);

    // Keys go with what the provider says of itself.
    clock.pass(1);
    await signInBy(person({ instance }), acme, providerPerson());
    expect(counts()).toEqual([2, 2, 5]);
  });

  test('are asked for by each instance', async () => {
    const [one, two] = [1, 2].map(() => person({ instance: start({ environment: acme.environment() }) }));
    if (!one || !two) throw new Error('two of them');
    const sent = acme.sendBack(await begin(one), providerPerson());
    const cookies = new CookieJar();
    for (const [name, value] of Object.entries(one.cookies.all())) cookies.set(name, value);

    // Where somebody comes back to another instance than they went from.
    const there = two.elsewhere({ cookies });
    expect(outcome(await comeBack(there, sent))).toEqual([303, '/']);
    expect([acme.count('discovery'), acme.count('keys')]).toEqual([2, 1]);
  });

  test('a failure after the hour leaves nothing broken behind', async () => {
    const clock = testClock();
    const instance = start({ environment: acme.environment(), now: clock.now });
    await signInBy(person({ instance }), acme, providerPerson());
    clock.pass(3600);
    acme.lies = { answer: { discovery: { status: 502 } } };
    await expectUnavailable(person({ instance }));

    acme.lies = {};
    expect(outcome(await signInBy(person({ instance }), acme, providerPerson()))).toEqual([303, '/']);
  });

  test('what came too late for one is there for the next', async () => {
    const instance = start({ environment: acme.environment() });
    const ada = person({ instance });
    acme.lies = { delay: { discovery: 2000 } };

    await begin(ada);
    await begin(ada);

    expect(acme.count('discovery')).toBe(1);
  });
});
