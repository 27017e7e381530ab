import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemTable } from '../../../lib/flows/problems.ts';
import { nextPath } from '../../../lib/web/page/next-path.ts';
import { browse, hidden, newAddress, password, signedUp } from '../../support/browse.ts';
import { watchCommands } from '../../support/commands.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('page_forms');

describe('what people type', () => {
  test('is escaped wherever it is shown', async () => {
    const instance = start();
    const name = '<img src=x onerror=alert(1)>"\'&';
    const { get } = await signedUp(instance, { name });

    for (const path of ['/', '/settings']) {
      const { body } = await get(path);
      expect(body).not.toContain('<img');
      expect(body).toContain('&lt;img src=x onerror=alert(1)');
    }
    const device = await signedUp(instance, { userAgent: '<script>x</script>' });
    for (const path of ['/devices', '/activity'])
      expect((await device.get(path)).body).not.toContain('<script>');
  });

  test('is never a password or a token that comes back', async () => {
    const instance = start();
    const { post, email } = await signedUp(instance);
    const secret = 'a secret that must not come back';

    for (const [path, fields] of [
      ['/sign-in', { email, password: secret }],
      ['/sign-up', { email, password: secret }],
      ['/settings', { form: 'password', currentPassword: secret, newPassword: `new ${secret}` }],
      ['/settings', { form: 'email', currentPassword: secret, newEmail: 'x@example.com' }],
      ['/settings', { form: 'leave', currentPassword: secret }],
      ['/reset-password', { token: 'a-wrong-token', newPassword: secret }],
    ] as const) {
      const answer = await post(path, fields);
      expect.soft(answer.status, path).toBeGreaterThanOrEqual(400);
      expect.soft(answer.body, path).not.toContain(secret);
    }
  });

  test('that cannot be read is a problem of the request, and never reaches the database', async () => {
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const watch = watchCommands(instance);
    const { client } = browse(instance);
    const send = (body: string, type = 'application/x-www-form-urlencoded') =>
      client.post('/sign-in', body, { headers: { 'content-type': type } });

    expect((await send('email=%')).status).toBe(400);
    expect((await send('email=%ff')).status).toBe(400);
    expect((await send('email=a@example.com&email=b@example.com')).status).toBe(400);
    expect((await send(`email=${'x'.repeat(17_000)}`)).status).toBe(413);
    expect((await send('{"email":"a@example.com"}', 'application/json')).status).toBe(415);
    expect((await send('email[$ne]=&password[$ne]=')).status).toBe(422);
    expect((await send('__proto__=x&constructor=y')).status).toBe(422);
    expect((await send('email=a%00@example.com&password=x')).status).toBe(422);
    expect(watch.names()).toEqual([]);
  });

  test('that is missing is said in words for people', async () => {
    const { post } = browse(start());

    const answer = await post('/sign-in', { email: '', password: '' });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatch(/id="sign-in-email-error"[^>]*>E-mail address must be filled in\./);
    expect(answer.body).toMatch(/id="sign-in-password-error"[^>]*>Password must be filled in\./);
  });
});

describe('signing in', () => {
  test('says the same of a wrong password and an unknown address, and keeps the address', async () => {
    const instance = start();
    const { email } = await signedUp(instance);
    const { post } = browse(instance);

    const wrong = await post('/sign-in', { email, password: 'quite another password' });
    const unknown = await post('/sign-in', { email: newAddress(), password });

    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body).toContain(`value="${email}"`);
    expect(wrong.body).toMatch(/role="alert"[^>]*>.*The e-mail address or the password is wrong\./);
    const plain = (body: string) => body.replaceAll(/page\d+@example\.com/g, '');
    expect(plain(wrong.body)).toBe(plain(unknown.body));
  });

  test('over the limit the page says so, with the time to wait', async () => {
    const instance = start({ environment: { RATE_LIMIT_FACTOR: '1' } });
    const { post } = browse(instance);
    const email = newAddress();
    for (let attempt = 0; attempt < 5; attempt += 1) await post('/sign-in', { email, password });

    const answer = await post('/sign-in', { email, password });

    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('ratelimit')).toBeTruthy();
    expect(answer.body).toContain('Too many attempts');
    expect(answer.body).toContain(`value="${email}"`);
  });

  test('goes on to the page that was asked for', async () => {
    const instance = start();
    const { email } = await signedUp(instance);
    const { get, post } = browse(instance);

    const refused = await get('/activity?limit=5');
    const target = refused.headers.get('location') ?? '';
    const page = await get(target);
    const next = hidden(page.body, 'next') ?? '';
    const wrong = await post('/sign-in', { email, password: 'quite another password', next });
    const right = await post('/sign-in', { email, password, next });

    expect([refused.status, target]).toEqual([303, '/sign-in?next=%2Factivity%3Flimit%3D5']);
    expect(hidden(wrong.body, 'next')).toBe('/activity?limit=5');
    expect([right.status, right.headers.get('location')]).toEqual([303, '/activity?limit=5']);
  });

  test('is not offered to who is signed in', async () => {
    const { get } = await signedUp(start());

    for (const path of ['/sign-in', '/sign-up', '/sign-in?next=//evil.example'])
      expect((await get(path)).headers.get('location')).toBe('/');
    expect((await get('/sign-in?next=/devices')).headers.get('location')).toBe('/devices');
  });

  test('ASVS 3.7.2: `next` leads to our own paths only', async () => {
    const instance = start();
    const { get, email } = await signedUp(instance);
    const outside = 'https://evil.example';

    for (const next of [
      outside,
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/..//evil.example',
      '/%2e%2e//evil.example',
      'javascript:alert(1)',
      'evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '/ok\r\nSet-Cookie: a=b',
      ' /settings',
      '',
    ]) {
      const answer = await get('/sign-in', { query: [['next', next]] });
      expect.soft([answer.status, answer.headers.get('location')], next).toEqual([303, '/']);
    }
    const answer = await browse(instance).post('/sign-in', { email, password, next: outside });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
  });

  test('ASVS 3.7.2: whatever `next` is, a browser that follows it stays with us', () => {
    const own = 'https://auth.example.com';
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      '..',
      '.',
      '%2f',
      '%5c',
      ':',
      '@',
      'evil.example',
      '?',
      '#',
      '\t',
      '\n',
      ' ',
      'http:',
    );
    const wanted = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(piece, { maxLength: 8 }).map((parts) => `/${parts.join('')}`),
    );

    fc.assert(
      fc.property(wanted, (next) => {
        const path = nextPath(next);
        expect(path).toMatch(/^\/(?!\/)/);
        expect(new URL(path, own).origin).toBe(own);
        // Gone through once, it is what it is.
        expect(nextPath(path)).toBe(path);
      }),
      { numRuns: 1000 },
    );
  });

  test('ASVS 3.5.1: a form on another site is refused, sign-in included', async () => {
    const instance = start();
    const { post, email, get } = await signedUp(instance);
    const foreign = {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      },
    };

    for (const [path, fields] of [
      ['/sign-in', { email, password }],
      ['/sign-out', {}],
      ['/settings', { form: 'name', name: 'Mallory' }],
      ['/devices', { others: 'true' }],
    ] as const) {
      const answer = await post(path, fields, foreign);
      expect.soft([answer.status, answer.cookies], path).toEqual([403, []]);
      expect.soft(answer.body, path).toContain(problemTable.cross_origin.title);
    }
    expect((await get('/')).body).toContain('Hello, Ada Lovelace');
  });

  test('a form on a page of ours is let in, also from one that sends no referrer', async () => {
    const instance = start();
    const { email } = await signedUp(instance);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'null',
      'sec-fetch-site': 'same-origin',
    };

    expect((await browse(instance).post('/sign-in', { email, password }, { headers })).status).toBe(303);
  });
});
