import { describe, expect, test } from 'vitest';
import { problemTable } from '../../../lib/flows/problems.ts';
import { browse, newAddress, password, signedUp, tokenMailedTo } from '../../support/browse.ts';
import { watchCommands } from '../../support/commands.ts';
import { eventSources, type TestClient } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('pages');

describe.each(eventSources)('by $name', (source) => {
  test('people come in, are greeted by name, and leave', async () => {
    const instance = start();
    const { get, post, client } = browse(instance, source);
    const email = newAddress();

    expect((await get('/')).body).toContain('Create account');
    const up = await post('/sign-up', { name: 'Ada Lovelace', email, password });
    expect([up.status, up.headers.get('location'), up.body]).toEqual([303, '/', '']);
    expect((await get('/')).body).toContain('Hello, Ada Lovelace');

    const out = await post('/sign-out');
    expect([out.status, out.headers.get('location')]).toEqual([303, '/']);
    expect(client.cookies.get('session_auth')).toBeUndefined();
    expect((await get('/')).body).not.toContain('Ada');

    const back = await post('/sign-in', { email, password });
    expect([back.status, back.headers.get('location')]).toEqual([303, '/']);
    expect((await get('/')).body).toContain('Hello, Ada Lovelace');
  });

  test('a form with faults comes back with what was typed, and the faults beside their fields', async () => {
    const { post } = browse(start(), source);

    const answer = await post('/sign-up', {
      name: 'Grace "G" <Hopper>',
      email: 'no address',
      password: 'short',
    });

    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('value="Grace &quot;G&quot; &lt;Hopper>"');
    expect(answer.body).toContain('value="no address"');
    expect(answer.body).toMatch(/id="sign-up-email-error"[^>]*>E-mail address must be an e-mail address\./);
    expect(answer.body).toMatch(
      /id="sign-up-email"[^>]* aria-invalid="true"[^>]* aria-describedby="sign-up-email-error"/,
    );
    expect(answer.body).not.toContain('short');
    expect(answer.cookies).toEqual([]);
  });

  test('an unknown address is a page to browsers and a problem to programs', async () => {
    const { get, client } = browse(start(), source);

    const page = await get('/no/such/page');
    const problem = await client.get('/no/such/page', { headers: { accept: '*/*' } });

    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('There is nothing at this address.');
    expect(page.body).toContain(page.headers.get('x-request-id'));
    expect([problem.status, problem.json().code]).toEqual([404, 'not_found']);
    for (const answer of [page, problem]) expect(answer.headers.get('vary')).toMatch(/\bAccept\b/);
  });
});

describe('every page', () => {
  const anonymous = ['/', '/sign-in', '/sign-up', '/forgot-password', '/reset-password?token=t'];
  const own = ['/', '/settings', '/devices', '/activity'];
  const linked = [
    '/verify-email?token=t',
    '/undo-email?token=t',
    '/verify-email',
    '/reset-password',
    '/undo-email',
  ];

  test('is whole: one heading, a main part, a way to skip to it, a title, a language', async () => {
    const instance = start();
    const visitor = browse(instance);
    const member = await signedUp(instance);

    for (const [paths, { get }] of [
      [[...anonymous, ...linked, '/nowhere'], visitor],
      [[...own, ...linked], member],
    ] as const)
      for (const path of paths) {
        const { body } = await get(path);
        expect.soft(body, path).toMatch(/^<!doctype html><html lang="en">/);
        expect.soft(body.match(/<h1>/g), path).toHaveLength(1);
        expect.soft(body, path).toMatch(/<main id="main"/);
        expect.soft(body, path).toMatch(/<a class="skip" href="#main">/);
        expect.soft(body, path).toMatch(/<title>[^<]+ · localhost:3000<\/title>/);
        expect.soft(body, path).toContain('name="viewport"');
      }
  });

  test('carries no script, no inline style and nothing foreign, and a policy that lets none in', async () => {
    const instance = start();
    const { get } = await signedUp(instance);

    for (const path of [...anonymous.slice(3), ...own, ...linked, '/nowhere']) {
      // Its passwords can be shown: test/web/page/show-passwords.test.ts.
      if (path === '/settings') continue;
      const { body, headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect.soft(body, path).not.toMatch(/<script|<iframe|<object|<base|\son\w+=|\sstyle=|javascript:/i);
      expect.soft(body.match(/(src|href|action)="(?!\/(?!\/)|#|data:image)/g), path).toBeNull();
      expect.soft(policy, path).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/]{43}='; /);
      for (const directive of ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect.soft(policy, path).toContain(directive);
      expect.soft(policy, path).not.toMatch(/unsafe|\*|script-src|http/);
      expect.soft(headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  test('SM: no page is kept by a cache, so that after sign-out the back button shows nothing private', async () => {
    const instance = start();
    const { get, post } = await signedUp(instance);

    for (const path of [...own, ...linked])
      expect.soft((await get(path)).headers.get('cache-control')).toBe('no-store');
    const out = await post('/sign-out');
    expect(out.headers.get('clear-site-data')).toBe('"storage"');
    for (const path of own.slice(1)) {
      const answer = await get(path);
      expect
        .soft([answer.status, answer.headers.get('location')])
        .toEqual([303, `/sign-in?next=${encodeURIComponent(path)}`]);
      expect.soft(answer.body).toBe('');
    }
  });

  test('tells password managers which field is which', async () => {
    const instance = start();
    const { get } = browse(instance);
    const member = await signedUp(instance);
    const fields = async (path: string, from = get) =>
      [
        ...(await from(path)).body.matchAll(
          /<input id="[^"]*" name="(\w+)" type="(\w+)" autocomplete="([\w -]+)"/g,
        ),
      ].map(([, ...found]) => found.join(' '));

    expect(await fields('/sign-in')).toEqual([
      'email email username webauthn',
      'password password current-password',
    ]);
    expect(await fields('/sign-up')).toEqual([
      'name text name',
      'email email username',
      'password password new-password',
    ]);
    const { post, email } = await signedUp(instance);
    await post('/forgot-password', { email });
    const reset = `/reset-password?token=${await tokenMailedTo(instance, email)}`;
    expect(await fields(reset)).toEqual(['newPassword password new-password']);
    // Under which the new one is filed.
    expect((await get(reset)).body).toMatch(
      new RegExp(`<input type="text" autocomplete="username" value="${email}"`),
    );
    expect(await fields('/settings', member.get)).toEqual([
      'name text name',
      'newEmail email email',
      'currentPassword password current-password',
      'currentPassword password current-password',
      'newPassword password new-password',
      'currentPassword password current-password',
    ]);
  });

  test('keeps the address of a mailed link from other sites', async () => {
    const { get } = browse(start());

    for (const path of ['/reset-password', '/verify-email', '/undo-email'])
      expect((await get(`${path}?token=secret`)).headers.get('referrer-policy')).toBe('no-referrer');
    expect((await get('/sign-in')).headers.get('referrer-policy')).toBe('same-origin');
  });

  test('answers only the methods that it has', async () => {
    const { client, get } = browse(start());

    const answer = await get('/sign-out');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    expect((await client.delete('/settings')).headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
    expect((await client.request({ method: 'HEAD', path: '/' })).status).toBe(200);
  });
});

describe('a notice', () => {
  test('is told once, after the redirect, and forgotten', async () => {
    const instance = start();
    const { get, post } = await signedUp(instance);
    await get('/');

    const saved = await post('/settings', { form: 'name', name: 'Ada King' });
    const first = await get('/settings');
    const second = await get('/settings');

    expect(saved.headers.get('location')).toBe('/settings');
    expect(first.body).toMatch(/role="status"[^>]*><p>Your name is saved\./);
    expect(second.body).not.toContain('Your name is saved.');
  });

  test('says nothing that somebody else chose', async () => {
    const { get } = browse(start());

    for (const code of ['<b>you won</b>', 'constructor', '__proto__', 'unknown'])
      expect((await get('/', { cookies: [`notice=${encodeURIComponent(code)}`] })).body).not.toContain(
        'role="status"',
      );
  });

  test('ASVS 3.3.1: its cookie is as strict as the session’s, in a deployed stage with the prefix', async () => {
    const environment = { STAGE: 'prod', PUBLIC_URL: 'https://auth.example.com', MAIL_FROM: 'a@example.com' };
    const answer = await browse(start({ environment })).post('/sign-out');
    const cookie = answer.cookies.find((line) => line.startsWith('__Host-notice='));

    expect(cookie).toMatch(
      /^__Host-notice=signed_out; Max-Age=60; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/,
    );
  });
});

describe('without a database', () => {
  const away = { uri: 'mongodb://127.0.0.1:1', name: 'test_away' };

  test('ASVS 16.5.3: pages of the signed-in are an error page, those of nobody in particular are there', async () => {
    const { email, client } = await signedUp(start());
    const { get, post } = browse(start({ database: away }));
    const cookies = client.cookies.all();

    expect((await get('/sign-in')).status).toBe(200);
    const answers = await Promise.all([
      get('/settings', { cookies, expect5xx: true }),
      post('/sign-in', { email, password }, { expect5xx: true }),
    ]);

    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
      expect(answer.headers.get('retry-after')).toBeTruthy();
      expect(answer.cookies).toEqual([]);
      expect(answer.body).toContain(problemTable.unavailable.title);
      expect(answer.body).not.toMatch(/mongo/i);
    }
  });
});

describe('the round trips of a page', () => {
  async function counted(visit: (client: TestClient) => Promise<unknown>) {
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const { client } = await signedUp(instance);
    const watch = watchCommands(instance);
    await visit(client);
    return watch.names();
  }

  test('a greeting reads the session with its user, and writes nothing', async () => {
    expect(await counted((client) => client.get('/'))).toEqual(['sessions.aggregate']);
  });

  test('an address that is no page costs nothing, whatever is sent to it', async () => {
    const answers: number[] = [];

    const commands = await counted(async (client) => {
      for (const body of [undefined, '{"a":1}', 'a=%', 'x'.repeat(17_000)])
        answers.push((await client.post('/wp-login.php', body)).status);
      answers.push((await client.get('/settings/')).status, (await client.get('/SETTINGS')).status);
    });

    expect(answers).toEqual([404, 404, 404, 404, 404, 404]);
    expect(commands).toEqual([]);
  });

  test('a page for nobody in particular reads nothing without a cookie', async () => {
    expect(await counted((client) => client.get('/sign-in', { cookies: [] }))).toEqual([]);
  });
});
