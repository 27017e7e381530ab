import { describe, expect, test } from 'vitest';
import { save } from '../../../lib/web/session/save.ts';
import { createClient, eventSources } from '../../support/events.ts';
import { createGate } from '../../support/gates.ts';
import { browser } from '../../support/session-app.ts';
import { cookieOf, idIn } from '../../support/session-cookie.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { sessionData } from '../../support/session-routes.ts';

const { start } = sessionInstances('session_cookie');
const deployed = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};
const account = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  password: 'correct horse battery staple',
});

describe.each(eventSources)('the cookie over $name', (source) => {
  test('in test: session_auth, HttpOnly, SameSite=Lax, Path=/, until the absolute end', async () => {
    const { handler } = start();
    const client = createClient(handler, source);

    const { name, value, attributes } = cookieOf(await client.post('/enter'));

    expect(name).toBe('session_auth');
    expect(value).toMatch(/^s%3A[\w-]{43}\.[^;\s]+$/);
    expect(attributes.map((each) => each.replace(/=\w{3}, .*/, ''))).toEqual([
      'Max-Age=2592000',
      'Path=/',
      'Expires',
      'HttpOnly',
      'SameSite=Lax',
    ]);
    const expires = Date.parse(attributes[2]!.slice('Expires='.length));
    expect(Math.abs(expires - Date.now() - 30 * 86_400_000)).toBeLessThan(60_000);
  });

  test('ASVS 3.3.1, 3.3.2, 3.3.3, 3.3.4, 3.3.5: deployed, __Host-session, Secure, HttpOnly, SameSite, Path=/, no Domain, at most 4096 bytes', async () => {
    const { handler } = start(undefined, { environment: deployed });
    const client = createClient(handler, source);

    const answer = await client.post('/enter');
    const { name, attributes } = cookieOf(answer);

    expect(name).toBe('__Host-session');
    expect(attributes.map((each) => each.replace(/=\w{3}, .*/, ''))).toEqual([
      'Max-Age=2592000',
      'Path=/',
      'Expires',
      'HttpOnly',
      'Secure',
      'SameSite=Lax',
    ]);
    expect(Buffer.byteLength(answer.cookies[0]!)).toBeLessThanOrEqual(4096);
    expect((await client.get('/who')).status).toBe(200);
  });

  test('deployed, sign-out clears it with the same attributes, without which a browser keeps it', async () => {
    const { handler } = start(undefined, { environment: deployed });
    const client = createClient(handler, source);
    await client.post('/enter');

    const { name, value, attributes } = cookieOf(await client.post('/auth/sign-out'));

    expect([name, value]).toEqual(['__Host-session', '']);
    expect([...attributes].sort()).toEqual(
      ['Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'].sort(),
    );
  });

  test('ASVS 3.3.4: the id is in Set-Cookie and nowhere else of an answer', async () => {
    const { handler } = start();
    const client = createClient(handler, source);

    const answers = [await client.post('/auth/sign-up', account())];
    const id = idIn(client.cookies.get('session_auth')!);
    answers.push(await client.get('/auth/session'), await client.post('/auth/sign-out'));

    expect(id).toHaveLength(43);
    for (const answer of answers) {
      expect(answer.body).not.toContain(id);
      answer.headers.forEach((text) => void expect(text).not.toContain(id));
    }
  });

  test('SM: no-store on everything that depends on the session', async () => {
    const { handler, act } = start();
    const client = createClient(handler, source);
    const body = account();

    const answers = [
      await client.get('/auth/session'),
      await client.post('/auth/sign-up', body),
      await client.get('/auth/session'),
      await client.request({ method: 'HEAD', path: '/auth/session' }),
      await client.get('/data'),
      await client.get('/nowhere'),
      await client.post('/auth/sign-in', { ...body, password: 'wrong horse battery staple' }),
      await client.post('/auth/sign-in', body),
      await act(client, () => Promise.reject(new Error('no')), { expect5xx: true }),
      await client.post('/auth/sign-out'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 201, 200, 200, 200, 404, 401, 200, 500, 204]);
    for (const answer of answers) expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});

describe('settings', () => {
  test.each(['Strict', 'Lax', 'None'])('COOKIE_SAME_SITE=%s', async (sameSite) => {
    const { handler } = start(undefined, {
      environment: {
        ...deployed,
        COOKIE_SAME_SITE: sameSite,
        ALLOWED_ORIGINS: 'https://app.example.net',
      },
    });

    const { attributes } = cookieOf(await browser(handler).post('/enter'));

    expect(attributes).toContain(`SameSite=${sameSite}`);
    expect(attributes).toContain('Secure');
  });

  test('SM: the name is not that of a framework', async () => {
    const { config } = start(undefined, { environment: deployed });

    expect(config.cookieName).not.toMatch(/connect|sid|express|node/i);
  });
});

describe('when it is sent', () => {
  test('once: neither when the session is used nor when it changes', async () => {
    const { handler } = start(undefined, { environment: { SESSION_TOUCH_SECONDS: '0' } });
    const client = browser(handler);
    await client.post('/enter');

    const answers = [await client.get('/who'), await client.post('/count/visits'), await client.get('/data')];

    for (const answer of answers) expect(answer.cookies).toEqual([]);
  });

  test('an answer that comes late brings no old cookie over that of a sign-in meanwhile', async () => {
    const { handler, act } = start();
    const client = browser(handler);
    await client.post('/count/visits');
    const gate = createGate();
    const slow = act(client, async (req) => {
      sessionData(req).slow = true;
      await save(req);
      await gate.pass();
    });
    await gate.arrived(1);

    await client.post('/enter');
    gate.open();

    expect((await slow).cookies).toEqual([]);
    expect((await client.get('/who')).status).toBe(200);
  });
});
