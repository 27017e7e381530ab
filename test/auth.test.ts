import { afterAll, describe, expect, it } from 'vitest';
import { createIndexes } from '../lib/mongo/indexes.ts';
import { createPasswords } from '../lib/users/passwords.ts';
import { testDatabase } from './support/database.ts';
import { createClient, eventSource, eventSources, type TestAnswer } from './support/events.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { newAccount, newIp } from './support/outages.ts';
import { expectProblem } from './support/problems.ts';
import { median, timeOf } from './support/timing.ts';

const database = testDatabase('auth');
const passwords = createPasswords({ cost: 4, pepper: undefined });
const instances: Instance[] = [];
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.end()));
  await database.drop();
});

function start(environment: NodeJS.ProcessEnv = {}, cheap = true): Instance {
  const instance = startInstance({ database, environment, ...(cheap && { passwords }) });
  instances.push(instance);
  return instance;
}

const { handlers, config } = start();
await createIndexes(database.db(), config);
const users = () => database.db().collection('users');

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const userOf = (email: string, name: string | null) => ({
  id: expect.stringMatching(/^[\w-]{22}$/),
  email,
  name,
  emailVerified: false,
  createdAt: timestamp,
});
const session = {
  id: expect.stringMatching(/^[\w-]{43}$/),
  createdAt: timestamp,
  idleExpiresAt: timestamp,
  expiresAt: timestamp,
};

function headerNames({ headers }: TestAnswer): string[] {
  const names: string[] = [];
  headers.forEach((_value, name) => void names.push(name));
  return names.sort();
}

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(handlers.auth, source, { ip: newIp() });

  async function signedUp() {
    const account = newAccount();
    const browser = client();
    const answer = await browser.post('/auth/sign-up', account);
    return { account, browser, answer };
  }

  it('sign-up makes an account and signs in', async () => {
    const { account, browser, answer } = await signedUp();

    const who = await browser.get('/auth/session');

    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    expect(answer.json()).toEqual({ user: userOf(account.email, null), session });
    expect(answer.cookies).toHaveLength(1);
    expect(who.json()).toEqual(answer.json());
  });

  it('sign-up keeps the name and the address as typed', async () => {
    const { email, password } = newAccount();
    const browser = client();

    const answer = await browser.post('/auth/sign-up', { email: ` ${email} `, password, name: ' Ada L. ' });

    expect(answer.json().user).toEqual(userOf(email, 'Ada L.'));
    expect((await browser.get('/auth/session')).json().user).toEqual(userOf(email, 'Ada L.'));
  });

  it('sign-up with a taken address is refused, in whatever case it is written', async () => {
    const { account } = await signedUp();

    for (const email of [account.email, account.email.toUpperCase(), account.email.toLowerCase()]) {
      const answer = await client().post('/auth/sign-up', { ...account, email });

      expectProblem(answer, 409, 'email_taken');
      expect(answer.cookies).toEqual([]);
    }
  });

  it('sign-in takes the address in whatever case, and gives a new session each time', async () => {
    const { account, answer: first } = await signedUp();
    const browser = client();

    const upper = await browser.post('/auth/sign-in', { ...account, email: account.email.toUpperCase() });
    const lower = await browser.post('/auth/sign-in', { ...account, email: account.email.toLowerCase() });

    expect([upper.status, lower.status]).toEqual([200, 200]);
    expect(upper.json()).toEqual({ user: first.json().user, session });
    expect(lower.json().session.id).not.toBe(upper.json().session.id);
    expect([upper.cookies.length, lower.cookies.length]).toEqual([1, 1]);
    expect(lower.headers.get('cache-control')).toBe('no-store');
  });

  it('ASVS 6.3.8: sign-in answers the same to a wrong password and to an unknown address', async () => {
    const { account } = await signedUp();

    const wrong = await client().post('/auth/sign-in', { ...account, password: 'not the password at all' });
    const unknown = await client().post('/auth/sign-in', newAccount());

    for (const answer of [wrong, unknown]) {
      expectProblem(answer, 401, 'invalid_credentials');
      expect(answer.cookies).toEqual([]);
    }
    const { requestId: _one, ...wrongBody } = wrong.json();
    const { requestId: _other, ...unknownBody } = unknown.json();
    expect(unknownBody).toEqual(wrongBody);
    expect(headerNames(unknown)).toEqual(headerNames(wrong));
  });

  it('sign-out ends the session and clears the cookie', async () => {
    const { browser } = await signedUp();
    const cookies = browser.cookies.all();

    const out = await browser.post('/auth/sign-out');
    const afterwards = await client().get('/auth/session', { cookies });

    expect(out.status).toBe(204);
    expect(out.body).toBe('');
    expect(out.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(browser.cookies.all()).toEqual({});
    expectProblem(afterwards, 401, 'not_signed_in');
  });

  it('sign-out without a session, or with an old or a forged one, is 204 all the same', async () => {
    const { browser } = await signedUp();
    const old = browser.cookies.all();
    await browser.post('/auth/sign-out');

    for (const cookies of [{}, old, { session: 's:forged.signature' }, { session: '' }]) {
      const answer = await client().post('/auth/sign-out', undefined, { cookies });

      expect(answer.status).toBe(204);
      expect(answer.cookies).toEqual([expect.stringMatching(/^session=;.*Expires=Thu, 01 Jan 1970/)]);
    }
  });

  it('who is signed in is asked for with GET; without a session the answer is 401', async () => {
    expectProblem(await client().get('/auth/session'), 401, 'not_signed_in');
  });

  it('HEAD has the head of GET and no body', async () => {
    const { browser } = await signedUp();

    const get = await browser.get('/auth/session');
    const head = await browser.request({ method: 'HEAD', path: '/auth/session' });

    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  });

  it('OPTIONS tells what an address takes', async () => {
    const onSignIn = await client().request({ method: 'OPTIONS', path: '/auth/sign-in' });
    const onSession = await client().request({ method: 'OPTIONS', path: '/auth/session' });

    expect([onSignIn.status, onSignIn.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    expect([onSession.status, onSession.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
  });

  it('a method that an address does not take is 405, an address that is not there 404', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD']) {
      const answer = await client().request({ method, path: '/auth/sign-in' });

      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
      if (method !== 'HEAD') expectProblem(answer, 405, 'method_not_allowed');
    }
    for (const path of ['/auth', '/auth/', '/auth/sign-in/', '/auth/Sign-In', '/auth/nothing', '/else'])
      expectProblem(await client().post(path, newAccount()), 404, 'not_found');
  });

  it('a body that is no JSON, too large or of another type is refused', async () => {
    const json = { headers: { 'content-type': 'application/json' } };
    const large = JSON.stringify({ ...newAccount(), name: 'x'.repeat(17_000) });
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

    for (const body of ['{', '{"email":', 'nonsense', "{'email':1}"])
      expectProblem(await client().post('/auth/sign-in', body, json), 400, 'malformed_body');
    expectProblem(await client().post('/auth/sign-in', large, json), 413, 'body_too_large');
    for (const headers of [form.headers, { 'content-type': 'text/plain' }])
      expectProblem(
        await client().post('/auth/sign-in', JSON.stringify(newAccount()), { headers }),
        415,
        'unsupported_media_type',
      );
  });

  it('missing and wrong fields are named, each of them', async () => {
    const answer = await client().post('/auth/sign-up', { email: 'nobody', name: '' });

    expectProblem(answer, 422, 'invalid_request');
    expect(
      answer
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(['email', 'name', 'password']);
    for (const { message } of answer.json().errors) expect(message).toMatch(/^must /);
  });
});

describe('odd input to sign-up and sign-in', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const { email, password } = newAccount();
  const odd: [what: string, body: string][] = [
    ['no object', '"text"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', '{}'],
    ['an unknown key', JSON.stringify({ email, password, admin: true })],
    ['a key __proto__', `{"email":"${email}","password":"${password}","__proto__":{"admin":true}}`],
    ['a key constructor', `{"email":"${email}","password":"${password}","constructor":{}}`],
    ['an operator for an address', JSON.stringify({ email: { $gt: '' }, password })],
    ['an operator for a password', JSON.stringify({ email, password: { $ne: null } })],
    ['a list for an address', JSON.stringify({ email: [email], password })],
    ['a number for a password', JSON.stringify({ email, password: 1234567890123456 })],
    ['null for a password', JSON.stringify({ email, password: null })],
    ['NUL in an address', JSON.stringify({ email: `a\0${email}`, password })],
    ['NUL in a password', JSON.stringify({ email, password: `${password}\0` })],
    ['half a surrogate pair in a password', `{"email":"${email}","password":"${password}\\ud800"}`],
    ['a password of 257 characters', JSON.stringify({ email, password: 'x'.repeat(257) })],
    ['an address of 255 characters', JSON.stringify({ email: `${'a'.repeat(243)}@example.com`, password })],
    ['two addresses', JSON.stringify({ email: 'a@example.com,b@example.com', password })],
    [
      'an address with a line break',
      JSON.stringify({ email: 'a@example.com\r\nBcc: b@example.com', password }),
    ],
  ];

  it.each(odd)('is 422, and nothing is stored: %s', async (_what, body) => {
    const headers = { 'content-type': 'application/json' };
    const before = await users().countDocuments();

    for (const path of ['/auth/sign-up', '/auth/sign-in'])
      expectProblem(
        await createClient(handlers.auth, source, { ip: newIp() }).post(path, body, { headers }),
        422,
        'invalid_request',
      );
    expect(await users().countDocuments()).toBe(before);
  });
});

describe('two instances', () => {
  it('decide ten races of two sign-ups with one address each: one account, one refusal', async () => {
    const other = start();

    for (let race = 0; race < 10; race++) {
      const account = newAccount();
      const variants = [account.email.toUpperCase(), account.email.toLowerCase()];
      const answers = await Promise.all(
        [handlers, other.handlers].map(({ auth }, at) =>
          createClient(auth, eventSources[race % eventSources.length]!, { ip: newIp() }).post(
            '/auth/sign-up',
            { ...account, email: variants[at] },
          ),
        ),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(answers.find(({ status }) => status === 409)?.cookies).toEqual([]);
      expect(await users().countDocuments({ email: { $in: variants } })).toBe(1);
    }
  });

  it('know each other’s accounts and sessions', async () => {
    const account = newAccount();
    const source = eventSource('HTTP API, payload 2.0');
    const here = createClient(handlers.auth, source, { ip: newIp() });
    await here.post('/auth/sign-up', account);
    const other = start();
    const there = createClient(other.handlers.auth, source, { ip: newIp() });

    const signIn = await there.post('/auth/sign-in', account);
    const who = await there.get('/auth/session', { cookies: here.cookies.all() });

    expect(signIn.status).toBe(200);
    expect(who.json().user.email).toBe(account.email);
  });
});

describe('a stored password', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const hashOf = async (email: string) => String((await users().findOne({ email }))?.passwordHash);

  it.each<[what: string, before: NodeJS.ProcessEnv, after: NodeJS.ProcessEnv]>([
    ['the cost', { BCRYPT_COST: '10' }, { BCRYPT_COST: '11' }],
    ['the pepper', {}, { PASSWORD_PEPPER: 'a pepper that is new' }],
  ])(
    'PS: is hashed anew at the next sign-in after %s changed, and signs in ever after',
    async (_what, before, after) => {
      const account = newAccount();
      const old = createClient(start(before, false).handlers.auth, source, { ip: newIp() });
      await old.post('/auth/sign-up', account);
      const oldHash = await hashOf(account.email);
      const browser = createClient(start(after, false).handlers.auth, source, { ip: newIp() });

      const first = await browser.post('/auth/sign-in', account);
      const newHash = await hashOf(account.email);
      const stillIn = [await old.get('/auth/session'), await browser.get('/auth/session')];
      const second = await browser.post('/auth/sign-in', account);

      expect([first.status, second.status]).toEqual([200, 200]);
      expect(stillIn.map(({ status }) => status)).toEqual([200, 200]);
      expect(newHash).not.toBe(oldHash);
      expect(await hashOf(account.email)).toBe(newHash);
    },
  );

  it('ASVS 6.2.8: is compared whole: another ending after 72 bytes is another password', async () => {
    const account = { ...newAccount(), password: `${'é'.repeat(60)} and an ending` };
    const client = () => createClient(handlers.auth, source, { ip: newIp() });
    await client().post('/auth/sign-up', account);

    const other = await client().post('/auth/sign-in', {
      ...account,
      password: `${'é'.repeat(60)} and another`,
    });
    const decomposed = account.password.normalize('NFD');
    const same = await client().post('/auth/sign-in', { ...account, password: decomposed });

    expectProblem(other, 401, 'invalid_credentials');
    expect(same.status).toBe(200);
  });

  it('never leaves the database: no answer has a hash in it', async () => {
    const account = newAccount();
    const client = createClient(handlers.auth, source, { ip: newIp() });

    const answers = [await client.post('/auth/sign-up', account), await client.get('/auth/session')];

    for (const { body } of answers) expect(body).not.toMatch(/\$2b\$|hmac-sha384|passwordHash|emailKey/);
  });
});

describe('the time of a sign-in', () => {
  it('ASVS 6.3.8: is the same for a wrong password and for an unknown address', async () => {
    const source = eventSource('HTTP API, payload 2.0');
    const { handlers: slow } = start({ BCRYPT_COST: '10' }, false);
    const client = () => createClient(slow.auth, source, { ip: newIp() });
    const account = newAccount();
    await client().post('/auth/sign-up', account);
    const wrong: number[] = [];
    const unknown: number[] = [];

    for (let round = 0; round < 7; round++) {
      const password = `not the password ${round}`;
      wrong.push(await timeOf(() => client().post('/auth/sign-in', { ...account, password })));
      unknown.push(await timeOf(() => client().post('/auth/sign-in', { ...newAccount(), password })));
    }

    const ratio = median(wrong) / median(unknown);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.7);
  });
});
