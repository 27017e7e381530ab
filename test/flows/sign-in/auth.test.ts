import { afterAll, describe, expect, it } from 'vitest';
import { createClient, eventSources, type TestAnswer } from '../../support/events.ts';
import { newAccount, newIp, scenesOf } from '../../support/outages.ts';
import { expectProblem } from '../../support/problems.ts';
import { besideDevice } from '../../support/session-cookie.ts';

const { direct, end } = await scenesOf('auth');
const { handlers } = direct;
afterAll(end);

const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const userOf = (email: string, name: string | null) => ({
  id: expect.stringMatching(/^[\w-]{22}$/),
  email,
  name,
  emailVerified: false,
  createdAt: timestamp,
  roles: [],
});
const session = {
  id: expect.stringMatching(/^[\w-]{43}$/),
  createdAt: timestamp,
  idleExpiresAt: timestamp,
  expiresAt: timestamp,
  methods: [{ method: 'password', at: timestamp }],
  assurance: 1,
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
    expect(besideDevice(answer)).toHaveLength(1);
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
    expect([upper, lower].map((answer) => besideDevice(answer).length)).toEqual([1, 1]);
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
    expect(out.headers.get('clear-site-data')).toBe('"storage"');
    expect(Object.keys(browser.cookies.all())).toEqual(['session_auth_device']);
    expectProblem(afterwards, 401, 'not_signed_in');
  });

  it('sign-out without a session, or with an old or a forged one, is 204 all the same', async () => {
    const { browser } = await signedUp();
    const old = browser.cookies.all();
    await browser.post('/auth/sign-out');

    for (const cookies of [{}, old, { session: 's:forged.signature' }, { session: '' }]) {
      const answer = await client().post('/auth/sign-out', undefined, { cookies });

      expect(answer.status).toBe(204);
      expect(answer.cookies).toEqual([expect.stringMatching(/^session_auth=;.*Expires=Thu, 01 Jan 1970/)]);
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
});
