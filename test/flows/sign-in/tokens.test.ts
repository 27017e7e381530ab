import { describe, expect, test } from 'vitest';
import { Authenticator } from '../../support/authenticator.ts';
import { testClock } from '../../support/clock.ts';
import { codeTo, withEmailCode } from '../../support/email-code.ts';
import { createClient, eventSource, eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { operations } from '../../support/observed-api.ts';
import { otherPassword, person, signedUp } from '../../support/person.ts';
import { byToken, type TokenClient, tokenClient } from '../../support/token-client.ts';
import { codeOf } from '../../support/totp.ts';

const { start } = testInstances('tokens');

/** Signed up by a token, in a program that keeps no cookies. */
async function member(instance = start(), options = {}) {
  const ada = tokenClient(instance, options);
  const answer = await ada.signUp();
  expect(answer.status).toBe(201);
  return Object.assign(ada, { instance, userId: String(answer.json().user.id) });
}

/** Does it, and tells whether the client has another token then, the one before being of no use. */
async function renews(ada: TokenClient, work: () => Promise<unknown>) {
  const before = ada.token;
  await work();
  return { isNew: ada.token !== before, statuses: [await ada.status(), await ada.status(before)] };
}

const another = { isNew: true, statuses: [200, 401] };

describe.each(eventSources)('a client that keeps tokens, over $name', (source) => {
  test('signs up, is known by its token, and signs out, without any cookie', async () => {
    const instance = start();
    const ada = tokenClient(instance, { source });

    const { status, ...answer } = await ada.signUp();

    expect(status).toBe(201);
    expect(Object.keys(answer.json()).sort()).toEqual(['session', 'token', 'user']);
    expect(ada.token).toMatch(/^[\w-]{43}\.[\w+/]{43}$/);
    const asked = await ada.get('/auth/session');
    expect([asked.status, asked.json().user.email, asked.json().token]).toEqual([200, ada.email, undefined]);
    for (const path of ['/account', '/sessions', '/account/activity', '/account/factors'])
      expect([path, (await ada.get(path)).status]).toEqual([path, 200]);
    const left = await ada.post('/auth/sign-out');
    expect([left.status, left.body]).toEqual([204, '']);
    const refused = await ada.get('/auth/session');
    expect([refused.status, refused.json().code]).toEqual([401, 'not_signed_in']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  test('ASVS 3.5.1: needs no origin, since no cookie counts; a cookie does', async () => {
    const instance = start();
    const ada = await member(instance, { source });
    const browser = person({ instance, source });
    await browser.signUp();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.net' };

    const byTokens = await ada.call('PATCH', '/account', { name: 'Ada' }, { headers });
    const byCookie = await browser.account.patch('/account', { name: 'Eve' }, { headers });

    expect([byTokens.status, byTokens.json().user.name]).toEqual([200, 'Ada']);
    // Nothing lets that page read the answer, nor ask before.
    expect(byTokens.headers.get('access-control-allow-origin')).toBeNull();
    expect([byCookie.status, byCookie.json().code]).toEqual([403, 'cross_origin']);
  });

  test('SM: a session cookie beside a token is refused, whosever they are, and so are two tokens', async () => {
    const instance = start();
    const ada = await member(instance, { source });
    const eve = await signedUp({ instance, source });
    const authorization = `Bearer ${ada.token}`;
    const cookies = { session_auth: eve.cookies.get('session_auth')! };
    const client = createClient(instance.handlers.account, source);

    for (const [what, request] of Object.entries({
      'a cookie of somebody': { cookies, headers: { authorization } },
      'a cookie of nobody': { cookies: { session_auth: '' }, headers: { authorization } },
      'a cookie, and a token that is none': { cookies, headers: { authorization: 'bearer' } },
    })) {
      const answer = await client.get('/account', request);
      expect([what, answer.status, answer.json().code]).toEqual([what, 400, 'malformed_body']);
    }
    const twice = await client.get('/account', { headers: { authorization: [authorization, 'Bearer x'] } });
    expect([400, 401]).toContain(twice.status);
    // A cookie that is not the session's is none of it.
    const beside = await client.get('/account', { cookies: { theme: 'dark' }, headers: { authorization } });
    expect(beside.status).toBe(200);
  });
});

describe('a token comes by every way in:', () => {
  test('the password, and the session of the token that comes along ends', async () => {
    const ada = await member();

    expect(await renews(ada, () => ada.signIn())).toEqual(another);
  });

  test('a second factor after it, for which the first token waits', async () => {
    const clock = testClock();
    const ada = await member(start(clock));
    const { secret } = (await ada.post('/account/totp')).json();
    const code = () => codeOf(secret, clock.now());
    expect(await renews(ada, () => ada.post('/account/totp/confirm', { code: code() }))).toEqual(another);
    clock.pass(60);
    ada.token = undefined;

    const waiting = await ada.signIn();

    expect([waiting.status, waiting.json()]).toEqual([
      202,
      { next: 'second_factor', factors: ['totp', 'recovery_code'], token: expect.any(String) },
    ]);
    const first = ada.token;
    const early = await ada.get('/auth/session');
    expect([early.status, early.json().code]).toEqual([401, 'second_factor_needed']);
    expect(early.headers.get('www-authenticate')).toBe('Bearer');
    const shown = await ada.post('/auth/second-factor', { code: code() });
    expect([shown.status, shown.json().session.assurance]).toEqual([200, 2]);
    expect(ada.token).not.toBe(first);
    expect([await ada.status(), await ada.status(first)]).toEqual([200, 401]);

    clock.pass(60);
    expect(await renews(ada, () => ada.post('/auth/reauthenticate', { code: code() }))).toEqual(another);
    expect(await renews(ada, () => ada.call('DELETE', '/account/totp'))).toEqual(another);
  });

  test('a passkey, whose challenge needs no cookie', async () => {
    const ada = await member();
    const authenticator = new Authenticator();
    const creation = (await ada.post('/account/passkeys/options')).json();
    const credential = authenticator.register(creation);
    expect(await renews(ada, () => ada.post('/account/passkeys', { credential }))).toEqual(another);
    const there = tokenClient(ada.instance);
    const options = (await there.post('/auth/passkey/options', byToken)).json();
    const passkey = authenticator.sign(options);

    const answer = await there.post('/auth/passkey', { passkey, ...byToken });

    expect([answer.status, await there.status()]).toEqual([200, 200]);
    // Its challenge is good once.
    const again = await tokenClient(ada.instance).post('/auth/passkey', { passkey, ...byToken });
    expect([again.status, again.json().code]).toEqual([401, 'invalid_passkey']);
    // As a second factor, after the password, it is bound to the sign-in that waits.
    const [third, fourth] = [tokenClient(ada.instance, ada), tokenClient(ada.instance, ada)];
    for (const each of [third, fourth]) expect((await each.signIn()).status).toBe(202);
    const asked = (await third.post('/auth/second-factor/passkey-options')).json();
    const shown = { passkey: authenticator.sign(asked), ...byToken };
    expect((await fourth.post('/auth/second-factor', shown)).status).toBe(401);
    expect((await third.post('/auth/second-factor', shown)).status).toBe(200);
    expect(await third.status()).toBe(200);
    // Without the password.
    expect(await renews(ada, () => ada.call('DELETE', '/account/password'))).toEqual(another);
  });

  test('a challenge is good in the way alone, and for as long, in which it was given', async () => {
    const clock = testClock();
    const instance = start(clock);
    const ada = await member(instance);
    const authenticator = new Authenticator();
    const credential = authenticator.register((await ada.post('/account/passkeys/options')).json());
    await ada.post('/account/passkeys', { credential });
    const there = tokenClient(instance);
    const ask = async () => (await there.post('/auth/passkey/options', byToken)).json();
    const browser = createClient(instance.handlers.auth, eventSource('HTTP API, payload 2.0'));

    const byCookie = await browser.post('/auth/passkey', { passkey: authenticator.sign(await ask()) });
    expect(byCookie.status).toBe(401);
    const options = (await browser.post('/auth/passkey/options')).json();
    const other = await there.post('/auth/passkey', { passkey: authenticator.sign(options), ...byToken });
    expect(other.status).toBe(401);
    const late = await ask();
    clock.pass(301);
    const answer = await there.post('/auth/passkey', { passkey: authenticator.sign(late), ...byToken });
    expect(answer.status).toBe(401);
  });

  test('a mailed code, tied by a token', async () => {
    const instance = start({ environment: withEmailCode });
    const ada = await signedUp({ instance });
    const there = tokenClient(instance, { email: ada.email });
    const eve = tokenClient(instance);
    const asked = await there.post('/auth/email-code', { email: ada.email, ...byToken });
    expect([asked.status, Object.keys(asked.json())]).toEqual([202, ['token']]);
    const code = await codeTo(ada);

    // Without what ties it to who asked, it is worth nothing.
    expect((await eve.post('/auth/email-code/confirm', { code, ...byToken })).status).toBe(401);
    expect(await there.status()).toBe(401);
    const answer = await there.post('/auth/email-code/confirm', { code, ...byToken });

    expect([answer.status, answer.json().user.email]).toEqual([200, ada.email]);
    expect(await there.status()).toBe(200);
  });

  test('a sign-up that waits for its link gives none', async () => {
    const instance = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });

    const answer = await tokenClient(instance).signUp();

    expect([answer.status, answer.body]).toEqual([202, '']);
  });

  test('it is "token" or left out', async () => {
    const ada = tokenClient(start());
    const body = { email: ada.email, password: ada.password };

    for (const transport of ['cookie', '', null, true]) {
      const answer = await ada.post('/auth/sign-up', { ...body, transport });
      expect([answer.status, answer.json().errors[0].path]).toEqual([422, 'transport']);
    }
  });
});

test('a change of password gives a new token, also to whoever asks twice with the old one', async () => {
  const ada = await member();
  const before = ada.token;
  const change = { currentPassword: ada.password, newPassword: otherPassword };

  const answer = await ada.post('/account/password', change);

  expect([answer.status, Object.keys(answer.json())]).toEqual([200, ['token']]);
  const first = ada.token;
  ada.token = before;
  const again = await ada.post('/account/password', change);
  expect(again.status).toBe(200);
  expect(new Set([before, first, ada.token]).size).toBe(3);
  expect([await ada.status(), await ada.status(first), await ada.status(before)]).toEqual([200, 200, 401]);
});

test('a browser is never given a token: what it changes by its cookie is 204, and a cookie', async () => {
  const ada = await signedUp({ instance: start() });
  const answer = await ada.auth.post('/auth/reauthenticate', { currentPassword: ada.password });

  expect([answer.status, answer.body]).toEqual([204, '']);
  expect(answer.cookies[0]).toMatch(/^session_auth=/);
  const asked = await ada.auth.post('/auth/reauthenticate', { currentPassword: ada.password, ...byToken });
  expect([asked.status, asked.json().code]).toEqual([422, 'invalid_request']);
});

test('sessions are the same: listed, ended from elsewhere, at once and for good', async () => {
  const ada = await member();
  const browser = person({ instance: ada.instance, email: ada.email });
  await browser.signIn();
  const { sessions } = (await browser.sessions.get('/sessions')).json();
  const own = sessions.find(({ current }: { current: boolean }) => !current);

  const ended = await browser.sessions.delete(`/sessions/${own.id}`);

  expect([sessions.length, ended.status, await ada.status()]).toEqual([2, 204, 401]);
  await ada.signIn();
  expect((await ada.call('DELETE', '/sessions', undefined, { query: [['all', 'true']] })).status).toBe(204);
  expect([await ada.status(), await browser.status()]).toEqual([401, 401]);
});

test('leaving ends it, and no answer before that holds the token', async () => {
  const ada = await member();
  const exported = await ada.get('/account/export');

  expect(exported.status).toBe(200);
  for (const part of ada.token!.split('.')) expect(exported.body).not.toContain(part);
  expect((await ada.call('DELETE', '/account', { currentPassword: ada.password })).status).toBe(204);
  expect(await ada.status()).toBe(401);
});

test('no answer to a request by a token sets a cookie, whatever is asked for', async () => {
  const ada = await member(start({ environment: withEmailCode }));
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  for (const { method, path, page, foreignForm } of operations.values()) {
    if (path === '/example') continue;
    // Some of them end the session.
    if (method !== 'get') await ada.signIn();
    const isForm = method !== 'get' && (page || foreignForm);
    const body = method === 'get' ? undefined : isForm ? 'next=%2F' : {};
    const address = path.replace(/\{\w+\}/, 'x');
    const headers = { accept: page ? 'text/html' : 'application/json', ...(isForm && form) };
    const { status } = await ada.call(method.toUpperCase(), address, body, { headers });
    expect.soft(status, `${method} ${path}`).toBeLessThan(500);
  }
});

test('pages take a token as they take a cookie', async () => {
  const ada = await member();
  const html = { accept: 'text/html' };

  const page = await ada.get('/settings', { headers: html });

  expect([page.status, page.body.includes(ada.email)]).toEqual([200, true]);
  ada.token = undefined;
  expect((await ada.get('/settings', { headers: html })).status).toBe(303);
});

test('what is guessed by tokens counts as any guess, and a token is no known device', async () => {
  const ada = await member();
  const wrong = () => ada.post('/auth/sign-in', { email: ada.email, password: 'wrong', ...byToken });

  for (let time = 0; time < 5; time += 1) expect((await wrong()).status).toBe(401);

  expect((await wrong()).status).toBe(429);
});

test('SM: what is no token of ours is nobody', async () => {
  const ada = await member();
  const [id = '', signature = ''] = ada.token!.split('.');
  const forms = [
    '',
    id,
    `${id}.`,
    `s:${ada.token}`,
    `s%3A${encodeURIComponent(ada.token!)}`,
    `${id}.${signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
    `${ada.token}; x=y`,
    `${ada.token}, ${ada.token}`,
    'x'.repeat(5000),
  ];

  for (const form of forms) expect([form, await ada.status(form)]).toEqual([form, 401]);
});

test.each(['bearer', 'BEARER', 'Bearer  '])('the scheme may be written "%s"', async (scheme) => {
  const ada = await member();

  const answer = await ada.get('/auth/session', { headers: { authorization: `${scheme} ${ada.token}` } });

  expect(answer.status).toBe(200);
});

test('another scheme is not ours: the cookie counts, and an origin is asked for', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const authorization = 'Basic YTpi';

  const answer = await ada.auth.get('/auth/session', { headers: { authorization } });
  const headers = { authorization, origin: 'https://evil.example.net' };
  const refused = await ada.auth.post('/auth/sign-out', undefined, { headers });

  expect([answer.status, refused.status]).toEqual([200, 403]);
  const nobody = createClient(instance.handlers.auth, eventSource('REST API'));
  const unknown = await nobody.get('/auth/session', { headers: { authorization } });
  expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, null]);
});

test('a page may ask for it across origins only where ALLOWED_HEADERS says so', async () => {
  const origin = 'https://admin.example.org';
  const asked = async (environment: Record<string, string>) => {
    const { handlers } = start({ environment: { ALLOWED_ORIGINS: origin, ...environment } });
    const client = createClient(handlers.account, eventSource('REST API'));
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const answer = await client.request({ method: 'OPTIONS', path: '/account/password', headers });
    return answer.headers.get('access-control-allow-headers');
  };

  expect(await asked({})).toBe('Content-Type');
  expect(await asked({ ALLOWED_HEADERS: 'authorization' })).toBe('Content-Type,authorization');
});

test('no log line holds a token', async () => {
  const ada = await member();
  await ada.get('/auth/session');
  await ada.status(`${ada.token}x`);

  const text = JSON.stringify(ada.instance.log);
  for (const part of ada.token!.split('.')) expect(text).not.toContain(part);
});
