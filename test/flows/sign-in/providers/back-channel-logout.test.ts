import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { testClock } from '../../../support/clock.ts';
import { type Death, dieAt } from '../../../support/dying.ts';
import { eventSources } from '../../../support/events.ts';
import type { Instance } from '../../../support/instance.ts';
import { testInstances } from '../../../support/instances.ts';
import {
  logoutClaims,
  logoutEvent,
  logoutHeader,
  logoutToken,
  refusedToken,
  said,
  tell,
} from '../../../support/logout-tokens.ts';
import {
  environmentOfAll,
  lyingClientId,
  lyingSecret,
  newKey,
  nowSeconds,
} from '../../../support/lying-provider.ts';
import { clientId, startProvider, visit } from '../../../support/oidc-provider.ts';
import { newAddress, type Person, person, signedUp } from '../../../support/person.ts';
import { expectQuietLog, outcome, providerPerson, signInBy } from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';
import { withApp } from '../../../support/totp.ts';

// OpenID Connect Back-Channel Logout 1.0; ASVS 10.5.5.

const { start } = testInstances('back channel logout');
const acme = await testProvider('acme');
const other = await testProvider('other');
const foreign = await newKey();

/** The claims of a right one. */
const claimsOf = (sub: string, more: Record<string, unknown> = {}) => logoutClaims(acme, { sub, ...more });
const tokenOf = (sub: string, more?: Record<string, unknown>) => logoutToken(acme, { sub, ...more });

const environment = () => environmentOfAll(acme, other);

describe.each(eventSources)('over $name', (source) => {
  test('it ends the sessions that came by the provider, and no other', async () => {
    const instance = start({ environment: environment() });
    const who = providerPerson();
    const ada = person({ instance, source });
    await signInBy(ada, acme, who);
    const [phone, eve] = [ada.elsewhere(), person({ instance, source })];
    await signInBy(phone, acme, who);
    await signInBy(eve, acme, providerPerson('eve'));
    const bob = await signedUp({ instance, source });

    const answer = await tell(person({ instance, source }), await tokenOf(who.sub));

    expect([said(answer), answer.cookies]).toEqual([[200, ''], []]);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect([await ada.status(), await phone.status()]).toEqual([401, 401]);
    expect([await eve.status(), await bob.status()]).toEqual([200, 200]);
    await signInBy(ada, acme, who);
    expect(
      (await ada.account.get('/account/activity')).json().events.map(({ type }: { type: string }) => type),
    ).toContain('provider_logout');
  });

  test('a wrong one ends nothing', async () => {
    const instance = start({ environment: environment() });
    const who = providerPerson();
    const ada = person({ instance, source });
    await signInBy(ada, acme, who);

    expect(said(await tell(ada, await acme.sign(claimsOf(who.sub))))).toEqual(refusedToken);
    expect(await ada.status()).toBe(200);
  });
});

describe('whose sessions', () => {
  test('not those that the same user has begun otherwise', async () => {
    const instance = start({ environment: environment() });
    const who = providerPerson();
    const ada = person({ instance, email: who.email });
    await signInBy(ada, acme, who);
    const set = await ada.account.post('/account/password', { newPassword: ada.password });
    expect(set.status).toBe(204);
    const byPassword = ada.elsewhere();
    const { status } = await byPassword.signIn();

    expect((await tell(ada, await tokenOf(who.sub))).status).toBe(200);

    expect(await ada.status()).toBe(401);
    expect([status, await byPassword.status()]).toEqual([200, 200]);
  });

  test('those too that wait for a second factor, which then signs nobody in', async () => {
    const clock = testClock();
    const instance = start({ environment: environment(), now: clock.now });
    const who = providerPerson();
    const ada = person({ instance, email: who.email });
    await signInBy(ada, acme, who);
    const { code } = await withApp(ada, clock);
    expect((await ada.account.post('/account/password', { newPassword: ada.password })).status).toBe(204);
    const [phone, byPassword] = [ada.elsewhere(), ada.elsewhere()];
    clock.pass(30);
    expect(outcome(await signInBy(phone, acme, who))).toEqual([303, '/second-factor']);
    expect((await byPassword.signIn()).status).toBe(202);

    expect(said(await tell(ada, await tokenOf(who.sub)))).toEqual([200, '']);

    expect(said(await phone.auth.post('/auth/second-factor', { code: code() }))).toEqual([
      401,
      'not_signed_in',
    ]);
    expect([await phone.status(), await ada.status()]).toEqual([401, 401]);
    expect((await byPassword.auth.post('/auth/second-factor', { code: code() })).status).toBe(200);
  });

  test('of somebody whom nobody knows there are none, and of the same subject elsewhere neither', async () => {
    const instance = start({ environment: environment() });
    const who = providerPerson();
    const ada = person({ instance });
    await signInBy(ada, other, who);

    expect(said(await tell(ada, await tokenOf(who.sub)))).toEqual([200, '']);
    expect(said(await tell(ada, await tokenOf('nobody whom we know')))).toEqual([200, '']);
    expect(await ada.status()).toBe(200);
  });
});

describe('ASVS 10.5.5: a logout token is refused', () => {
  let instance: Instance;
  let ada: Person;
  let sub: string;
  beforeEach(async () => {
    instance = start({ environment: environment() });
    const who = providerPerson();
    sub = who.sub;
    ada = person({ instance });
    await signInBy(ada, acme, who);
  });

  const at = nowSeconds;
  type Token = (sub: string) => string | Promise<string>;
  const signed =
    (more: Record<string, unknown> | (() => Record<string, unknown>)): Token =>
    (sub) =>
      tokenOf(sub, typeof more === 'function' ? more() : more);

  test.each<[string, Token]>([
    ['without a type', (sub) => acme.sign(claimsOf(sub))],
    ['of the type of every token', (sub) => acme.sign(claimsOf(sub), { typ: 'JWT' })],
    ['of the type of an access token', (sub) => acme.sign(claimsOf(sub), { typ: 'at+jwt' })],
    ['with a nonce, as an id token has', signed({ nonce: 'a nonce' })],
    ['with an empty nonce', signed({ nonce: '' })],
    ['without events', signed({ events: undefined })],
    ['with another event', signed({ events: { 'https://example.com/other': {} } })],
    ['whose events are none', signed({ events: null })],
    ['whose events are a list', signed({ events: [logoutEvent] })],
    ['whose events are text', signed({ events: logoutEvent })],
    ['for another client', signed({ aud: 'another-client' })],
    ['for nobody', signed({ aud: undefined })],
    ['of another issuer', signed({ iss: 'https://evil.example' })],
    ['of no issuer', signed({ iss: undefined })],
    ['without a subject, of no session either', signed({ sub: undefined })],
    ['of a session alone that is empty', signed({ sub: undefined, sid: '' })],
    ['of a session alone that is a number', signed({ sub: undefined, sid: 7 })],
    ['of a session alone that is a list', signed({ sub: undefined, sid: ['a session there'] })],
    ['with an empty subject beside a session', signed({ sub: '', sid: 'a session there' })],
    ['with a subject that is no text', signed({ sub: 7 })],
    ['without an id', signed({ jti: undefined })],
    ['with an id that is no text', signed({ jti: { toString: 'x' } })],
    ['with an empty id', signed({ jti: '' })],
    ['that does not say when it was made', signed({ iat: undefined })],
    ['that is made in the future', signed(() => ({ iat: at() + 90 }))],
    ['that is too old', signed(() => ({ iat: at() - 700, exp: at() + 120 }))],
    ['that is over', signed(() => ({ iat: at() - 300, exp: at() - 65 }))],
    ['without an end', signed({ exp: undefined })],
    ['signed by another key', (sub) => acme.sign(claimsOf(sub), logoutHeader, foreign)],
    ['of another provider', (sub) => other.sign(claimsOf(sub), logoutHeader)],
    ['alg none', (sub) => new UnsecuredJWT(claimsOf(sub)).encode()],
    ['HS256 with our secret', signedBySecret],
    ['that is none', () => 'a.b.c'],
  ])('%s', async (_what, token) => {
    const answer = await tell(ada, await token(sub));

    expect(said(answer)).toEqual(refusedToken);
    expect(await ada.status()).toBe(200);
    expect(instance.log.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'a logout token was refused',
    ]);
    expectQuietLog(instance, acme, [sub]);
    expect((await tell(ada, await tokenOf(sub))).status).toBe(200);
    expect(await ada.status()).toBe(401);
  });

  test('that is the id token of that very session', async () => {
    expect(said(await tell(ada, acme.given.at(-1) ?? ''))).toEqual(refusedToken);
    expect(await ada.status()).toBe(200);
  });

  test('at the address of another provider', async () => {
    expect(said(await tell(ada, await tokenOf(sub), 'other'))).toEqual(refusedToken);
  });

  test('that comes again, though its end is in another age', async () => {
    const token = await tokenOf(sub, { exp: 1e300 });
    expect(said(await tell(ada, token))).toEqual([200, '']);

    expect(said(await tell(ada, token))).toEqual(refusedToken);
  });

  test.each([
    ['logout_token=', 422],
    ['', 422],
    ['other=1', 422],
  ])('that is not there: %j', async (body, status) => {
    const answer = await ada.auth.post('/auth/with/acme/logout', body, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(status);
  });
});

/** More than it sends. */
const mostCommands = 20;

test.each<Death>(['before', 'after'])(
  'one that is interrupted %s each command is done by the same token again, and not once more after that',
  async (death) => {
    const who = providerPerson();
    for (let commands = 0; commands < mostCommands; commands += 1) {
      const [instance, another] = [1, 2].map(() => start({ environment: environment() }));
      if (!instance || !another) throw new Error('two of them');
      const ada = person({ instance: another });
      await signInBy(ada, acme, who);
      const token = await tokenOf(who.sub);
      const { dead } = dieAt(instance, commands, death);

      const first = await tell(person({ instance }), token, 'acme', true);
      const isOver = (await ada.status()) === 401;
      const again = said(await tell(ada, token));

      // Where it says that it was used, its work was done.
      expect([isOver ? [[200, ''], refusedToken] : [[200, '']], first.status]).toEqual([
        expect.arrayContaining([again]),
        dead() ? 503 : 200,
      ]);
      expect(await ada.status()).toBe(401);
      await signInBy(ada, acme, who);
      expect(said(await tell(ada, token))).toEqual(refusedToken);
      expect(await ada.status()).toBe(200);
      if (!dead()) return;
    }
    throw new Error(`it needed ${mostCommands} commands and more`);
  },
  60_000,
);

async function signedBySecret(sub: string): Promise<string> {
  const { SignJWT } = await import('jose');
  const key = new TextEncoder().encode(lyingSecret);
  return new SignJWT(claimsOf(sub)).setProtectedHeader({ alg: 'HS256', ...logoutHeader }).sign(key);
}

describe('while the provider is away', () => {
  const away = [503, 'unavailable'];

  test('a logout token is to be sent again, and counts as no wrong one', async () => {
    const settings = { ...environment(), RATE_LIMIT_FACTOR: '1' };
    const who = providerPerson();
    const ada = person({ instance: start({ environment: environment() }) });
    await signInBy(ada, acme, who);
    const token = await tokenOf(who.sub);
    const caller = person({ instance: start({ environment: settings }), ip: '198.51.100.81' });
    await acme.stop();

    try {
      for (let each = 0; each < 25; each += 1)
        expect(said(await tell(caller, token, 'acme', true))).toEqual(away);
      expect(await ada.status()).toBe(200);
    } finally {
      await acme.resume();
    }

    expect(said(await tell(caller, token))).toEqual([200, '']);
    expect(await ada.status()).toBe(401);
  });

  test.each([
    ['says nothing of itself', { answer: { discovery: { status: 500 } } }],
    ['does not give its keys', { answer: { keys: { status: 503 } } }],
    ['gives no keys but a page', { answer: { keys: { status: 200, body: '<html>' } } }],
    ['hangs', { delay: { keys: 'never' as const } }],
  ])('that %s, it is 503 too', async (_what, lies) => {
    acme.lies = lies;
    const caller = person({ instance: start({ environment: environment() }) });
    const token = await tokenOf(providerPerson().sub);

    expect(said(await tell(caller, token, 'acme', true))).toEqual(away);
    acme.lies = {};
    expect(said(await tell(caller, token))).toEqual([200, '']);
  });
});

describe('a logout token is taken', () => {
  test.each<[string, Record<string, unknown>]>([
    ['with the session there beside the subject', { sid: 'a session there' }],
    ['for several', { aud: ['another', lyingClientId] }],
    ['of a clock that is half a minute ahead', { iat: nowSeconds() + 30 }],
    [
      'with more in its event',
      { events: { [logoutEvent]: { why: 'closed' }, 'https://example.com/other': {} } },
    ],
  ])('%s', async (_what, more) => {
    const instance = start({ environment: environment() });
    const who = providerPerson();
    const ada = person({ instance });
    await signInBy(ada, acme, who);

    expect(said(await tell(ada, await tokenOf(who.sub, more)))).toEqual([200, '']);
    expect(await ada.status()).toBe(401);
  });

  test('once: not again, nor at once over two instances', async () => {
    const instances = [1, 2].map(() => start({ environment: environment() }));
    const [one, two] = instances.map((instance) => person({ instance }));
    if (!one || !two) throw new Error('two of them');
    const token = await tokenOf(providerPerson().sub);

    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((each) => tell(each % 2 ? one : two, token)));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
    expect(said(await tell(one, token))).toEqual(refusedToken);
  });

  test('by a key that is new', async () => {
    const instance = start({ environment: environment() });
    const ada = person({ instance });
    const who = providerPerson();
    await signInBy(ada, acme, who);
    await acme.rotate();

    expect((await tell(ada, await tokenOf(who.sub))).status).toBe(200);
    expect(await ada.status()).toBe(401);
  });
});

test('twenty wrong ones an hour from one network address, then it is 429, for right ones too', async () => {
  const instance = start({ environment: { ...environment(), RATE_LIMIT_FACTOR: '1' } });
  const ada = person({ instance, ip: '198.51.100.77' });
  const elsewhere = person({ instance, ip: '198.51.100.78' });
  for (let each = 0; each < 20; each += 1) expect(said(await tell(ada, 'a.b.c'))).toEqual(refusedToken);

  expect(said(await tell(ada, await tokenOf('somebody')))).toEqual([429, 'rate_limited']);
  expect(said(await tell(elsewhere, await tokenOf('somebody')))).toEqual([200, '']);
});

test('right ones do not count', async () => {
  const instance = start({ environment: { ...environment(), RATE_LIMIT_FACTOR: '1' } });
  const caller = person({ instance, ip: '198.51.100.79' });
  for (let each = 0; each < 25; each += 1)
    expect((await tell(caller, await tokenOf('somebody'))).status).toBe(200);
});

test('it wants a form, from wherever it comes', async () => {
  const { auth } = person({ instance: start({ environment: environment() }) });
  const json = await auth.post('/auth/with/acme/logout', { logout_token: 'a.b.c' });
  const crossSite = await auth.post('/auth/with/acme/logout', 'logout_token=a.b.c', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
  });

  expect(said(json)).toEqual([415, 'unsupported_media_type']);
  expect(said(crossSite)).toEqual(refusedToken);
  expect((await auth.get('/auth/with/acme/logout')).status).toBe(405);
});

test('as a certified provider sends it', async () => {
  const bodies: string[] = [];
  const ourSite = createServer(async (req, res) => {
    bodies.push(`${req.method} ${req.url} ${req.headers['content-type']} ${await text(req)}`);
    res.end();
  });
  ourSite.listen(0, '127.0.0.1');
  await once(ourSite, 'listening');
  const publicUrl = `http://127.0.0.1:${(ourSite.address() as AddressInfo).port}`;
  const real = await startProvider({ publicUrl });
  const instance = start({ environment: { ...real.environment(), PUBLIC_URL: publicUrl } });
  const email = newAddress('ada');
  real.people.set(email, { sub: email, email, email_verified: true });
  const ada = person({ instance });
  const begun = await ada.auth.get('/auth/with/acme');
  const { url } = await visit(begun.headers.get('location') ?? '', email);
  await ada.auth.get(url.pathname + url.search);
  expect(await ada.status()).toBe(200);

  const client = (await real.provider.Client.find(clientId)) as unknown as {
    backchannelLogout(sub: string, sid: string): Promise<void>;
  };
  await client.backchannelLogout(email, 'a session there');

  expect(bodies).toHaveLength(1);
  const [method, path, type, body = ''] = bodies[0]?.split(' ') ?? [];
  expect([method, path, type]).toEqual([
    'POST',
    '/auth/with/acme/logout',
    expect.stringContaining('form-urlencoded'),
  ]);
  const answer = await ada.auth.post('/auth/with/acme/logout', body, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: {},
  });
  expect(said(answer)).toEqual([200, '']);
  expect(await ada.status()).toBe(401);
  await real.close();
  ourSite.closeAllConnections();
  ourSite.close();
});
