import { describe, expect, test } from 'vitest';
import { browse, hidden, newAddress, password, signedUp } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { codeOf } from '../../support/totp.ts';

const { start } = testInstances('page second factor');

const locationOf = (answer: TestAnswer) => [answer.status, answer.headers.get('location')];

/** The secret that a set-up page shows, as an app takes it. */
const secretOn = (body: string) => /class="secret">([A-Z2-7 ]+)</.exec(body)?.[1]?.replaceAll(' ', '') ?? '';

const codesOn = (body: string) => body.match(/[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/g) ?? [];

/** Somebody who has added an app by the pages, and a minute later. */
async function withApp() {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const browser = await signedUp(instance);
  await browser.post('/security', { form: 'add_app' });
  const secret = secretOn((await browser.get('/security/app')).body);
  const code = () => codeOf(secret, clock.now());
  const shown = await browser.post('/security/app', { code: code() });
  clock.pass(60);
  const recoveryCodes = [...new Set(codesOn(shown.body))];
  const there = browse(instance);
  const enter = (fields = {}, at = there) =>
    at.post('/sign-in', { email: browser.email, password, ...fields });
  return { ...browser, clock, instance, code, shown, recoveryCodes, there, enter };
}

describe.each(eventSources)('over $name', (source) => {
  test('signing in leads to the second factor, and from there to where one wanted to go', async () => {
    const { instance, enter, code } = await withApp();
    const there = browse(instance, source);

    const waiting = await enter({ next: '/devices' }, there);
    expect(locationOf(waiting)).toEqual([303, '/second-factor?next=%2Fdevices']);
    const page = await there.get('/second-factor', { query: [['next', '/devices']] });
    expect(page.status).toBe(200);
    expect(page.body).toMatch(
      /<input[^>]*name="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/i,
    );
    expect(hidden(page.body, 'next')).toBe('/devices');
    expect(locationOf(await there.get('/devices'))).toEqual([303, '/sign-in?next=%2Fdevices']);
    const wrong = await there.post('/second-factor', { form: 'code', code: '000000', next: '/devices' });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatch(/id="code-code-error"/);
    expect(wrong.body).not.toContain('000000');
    expect(hidden(wrong.body, 'next')).toBe('/devices');
    const right = await there.post('/second-factor', { form: 'code', code: code(), next: '/devices' });

    expect(locationOf(right)).toEqual([303, '/devices']);
    expect((await there.get('/devices')).status).toBe(200);
    expect(locationOf(await there.get('/second-factor'))).toEqual([303, '/']);
  });
});

describe('the page of a second factor', () => {
  test('takes a recovery code instead, and shows again what is wrong with it', async () => {
    const { there, enter, recoveryCodes } = await withApp();
    await enter();

    const wrong = await there.post('/second-factor', {
      form: 'recovery_code',
      recoveryCode: 'AAAA-AAAA-AAAA-AAAA',
    });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatch(/<details open/);
    expect(wrong.body).toMatch(/id="recovery-code-recoveryCode-error"/);
    expect(wrong.body).not.toContain('AAAA-AAAA');
    const typed = recoveryCodes[0]?.toLowerCase() ?? '';
    const right = await there.post('/second-factor', { form: 'recovery_code', recoveryCode: typed });

    expect(locationOf(right)).toEqual([303, '/']);
    expect((await there.get('/security')).body).toContain('9 left');
  });

  test('is for who waits alone: others go to sign in, or on', async () => {
    const { get, post, there } = await withApp();

    expect(locationOf(await there.get('/second-factor', { query: [['next', '/devices']] }))).toEqual([
      303,
      '/sign-in?next=%2Fdevices',
    ]);
    expect(locationOf(await there.post('/second-factor', { form: 'code', code: '123456' }))).toEqual([
      303,
      '/sign-in',
    ]);
    expect(locationOf(await get('/second-factor', { query: [['next', '/devices']] }))).toEqual([
      303,
      '/devices',
    ]);
    expect(locationOf(await post('/second-factor', { form: 'code', code: '123456' }))).toEqual([
      303,
      '/sign-in',
    ]);
  });

  test('may be left, and then nothing waits', async () => {
    const { there, enter } = await withApp();
    await enter();

    expect(locationOf(await there.post('/sign-out'))).toEqual([303, '/']);

    expect(locationOf(await there.get('/second-factor'))).toEqual([303, '/sign-in']);
  });

  test('is over after the fifth wrong code, and says so with a way to sign in', async () => {
    const { there, enter } = await withApp();
    await enter();
    const guess = () => there.post('/second-factor', { form: 'code', code: '000000' });
    for (let time = 1; time < 5; time += 1) expect((await guess()).body).toContain('<h1>One more step');

    const last = await guess();

    expect(last.status).toBe(401);
    expect(last.body).toContain('wrong too many times');
    expect(last.body).toContain('href="/sign-in"');
    expect(locationOf(await there.get('/second-factor'))).toEqual([303, '/sign-in']);
  });

  test('is offered by the pages that people come to, who are signed in to none of them', async () => {
    const { there, enter } = await withApp();
    await enter();

    for (const path of ['/', '/sign-in', '/sign-up']) {
      const { status, body } = await there.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(body).toContain('Your sign-in is not finished');
      expect(body).toContain('href="/second-factor"');
      expect(body).not.toContain('Devices');
    }
    const { body } = await there.get('/sign-in', { query: [['next', '/devices']] });
    expect(body).toContain('href="/second-factor?next=%2Fdevices"');
    expect((await browse(start()).get('/')).body).not.toContain('not finished');
  });
});

describe('the security page', () => {
  test('tells what there is, since when, and how many codes are left', async () => {
    const { get, there, enter, code, clock } = await withApp();
    await enter();
    clock.pass(86_400);
    const [added, used] = [new Date(clock.now().getTime() - 86_460_000), clock.now()];
    await enter();
    await there.post('/second-factor', { form: 'code', code: code() });

    const { body } = await there.get('/security');

    expect(body).toContain(`<time datetime="${added.toISOString()}">`);
    expect(body).toContain(`<time datetime="${used.toISOString()}">`);
    expect(body).toContain('10 left');
    expect((await get('/settings')).body).toContain('href="/security"');
    expect((await get('/')).body).toContain('href="/security"');
  });

  test('adds an app: the QR code is in the page, the secret as text, and neither in any address', async () => {
    const clock = testClock();
    const { get, post } = await signedUp(start({ now: clock.now }));
    expect((await get('/security')).body).toContain('Add an app');
    expect((await get('/security/app')).body).toContain('Begin again');

    const begun = await post('/security', { form: 'add_app' });
    expect(locationOf(begun)).toEqual([303, '/security/app']);
    const { body, headers } = await get('/security/app');
    const secret = secretOn(body);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(body).toMatch(/role="img"[^>]*aria-label="QR code[^>]*><svg[^>]*viewBox/);
    expect(body).not.toMatch(/<img|<script|style="/);
    expect(headers.get('content-security-policy')).not.toMatch(/script-src|unsafe/);
    const wrong = await post('/security/app', { code: '000000' });
    expect([wrong.status, secretOn(wrong.body)]).toEqual([403, secret]);
    expect(wrong.body).toMatch(/id="new-app-code-error"/);
    const right = await post('/security/app', { code: codeOf(secret, clock.now()) });

    expect(right.status).toBe(200);
    expect(new Set(codesOn(right.body)).size).toBe(10);
    expect((await get('/security')).body).toContain('Remove the app');
    expect((await get('/security/app')).body).toContain('Begin again');
  });

  test('has the codes once, as text and as a file that no address serves', async () => {
    const { shown, recoveryCodes, get } = await withApp();

    const [, file = ''] = /href="data:text\/plain;charset=utf-8,([^"]+)" download=/.exec(shown.body) ?? [];

    for (const code of recoveryCodes) {
      expect(decodeURIComponent(file)).toContain(code);
      expect(shown.body).toContain(`<code>${code}</code>`);
    }
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(codesOn((await get('/security')).body)).toEqual([]);
  });

  test('makes new codes, and the ones before are void', async () => {
    const { post, recoveryCodes, there, enter } = await withApp();

    const made = await post('/security', { form: 'make_codes' });

    expect(made.status).toBe(200);
    const [code = ''] = codesOn(made.body);
    expect(recoveryCodes).not.toContain(code);
    await enter();
    const give = (recoveryCode = '') => there.post('/second-factor', { form: 'recovery_code', recoveryCode });
    expect((await give(recoveryCodes[0])).status).toBe(401);
    expect((await give(code)).status).toBe(303);
  });

  test('removes the app, which signing in asks for no longer', async () => {
    const { post, get, there, enter } = await withApp();

    expect(locationOf(await post('/security', { form: 'remove_app' }))).toEqual([303, '/security']);

    expect((await get('/security')).body).toContain('The authenticator app is removed');
    expect(locationOf(await enter())).toEqual([303, '/']);
    expect((await there.get('/security')).body).toContain('Add an app');
  });
});

describe('who has to show anew who they are', () => {
  test('is led there by each form and comes back, with what was typed and no password', async () => {
    const { post, get, clock, code } = await withApp();
    clock.pass(600);
    const newEmail = newAddress();

    const asked = await post('/settings', { form: 'email', newEmail, currentPassword: password });
    expect(locationOf(asked)).toEqual([303, '/reauthenticate?next=%2Fsettings']);
    const page = await get('/reauthenticate', { query: [['next', '/settings']] });
    expect(page.body).toContain('name="code"');
    expect(page.body).not.toContain('name="currentPassword"');
    const confirm = { form: 'code', code: code(), next: '/settings' };
    expect(locationOf(await post('/reauthenticate', confirm))).toEqual([303, '/settings']);
    const back = await get('/settings');

    expect(back.body).toMatch(new RegExp(`name="newEmail"[^>]*value="${newEmail}"`));
    expect(back.body).toContain('You have shown who you are');
    expect(back.body).not.toContain(password);
    expect((await get('/settings')).body).not.toContain(newEmail);
    const again = await post('/settings', { form: 'email', newEmail, currentPassword: password });
    expect(locationOf(again)).toEqual([303, '/settings']);
  });

  test.each([
    [
      '/settings',
      { form: 'password', currentPassword: password, newPassword: 'quite another long password' },
    ],
    ['/settings', { form: 'leave', currentPassword: password }],
    ['/settings', { form: 'export' }],
    ['/security', { form: 'add_app' }],
    ['/security', { form: 'remove_app' }],
    ['/security', { form: 'make_codes' }],
  ])('is led there from %s by %o, which does its work afterwards', async (path, fields) => {
    const { post, clock, code } = await withApp();
    clock.pass(600);

    const early = await post(path, fields);
    expect(locationOf(early)).toEqual([303, `/reauthenticate?next=${encodeURIComponent(path)}`]);
    expect(early.cookies.join()).not.toContain(Buffer.from(password).toString('base64url').slice(2, -2));
    await post('/reauthenticate', { form: 'code', code: code(), next: path });
    const done = await post(path, fields);

    expect([200, 303]).toContain(done.status);
    expect(done.headers.get('location') ?? '').not.toContain('reauthenticate');
  });

  test('shows the password where there is no second factor', async () => {
    const clock = testClock();
    const { post, get } = await signedUp(start({ now: clock.now }));
    expect(locationOf(await post('/settings', { form: 'export' }))).toEqual([303, '/account/export']);
    clock.pass(600);

    expect(locationOf(await post('/settings', { form: 'export' }))).toEqual([
      303,
      '/reauthenticate?next=%2Fsettings',
    ]);
    expect((await get('/reauthenticate')).body).toContain('name="currentPassword"');
    const wrong = await post('/reauthenticate', { form: 'password', currentPassword: 'wrong' });
    expect(wrong.status).toBe(403);
    expect(wrong.body).toMatch(/id="password-currentPassword-error"/);
    const right = { form: 'password', currentPassword: password, next: '//evil.example' };
    expect(locationOf(await post('/reauthenticate', right))).toEqual([303, '/']);

    expect(locationOf(await post('/settings', { form: 'export' }))).toEqual([303, '/account/export']);
  });

  test('sees the secret of a new app no longer either', async () => {
    const { get, post, clock, code } = await withApp();
    await post('/security', { form: 'add_app' });
    clock.pass(599);
    await post('/reauthenticate', { form: 'code', code: code() });
    expect((await get('/security/app')).body).toContain('QR code');
    clock.pass(600);

    expect(locationOf(await get('/security/app'))).toEqual([303, '/reauthenticate?next=%2Fsecurity%2Fapp']);
  });

  test('finds nothing that somebody else put into the cookie', async () => {
    const { get, client } = await signedUp(start());
    for (const kept of ['x', '', Buffer.from('["/settings",{"newEmail":{}}]').toString('base64url')]) {
      client.cookies.set('typed', kept);
      expect((await get('/settings')).status).toBe(200);
    }
    const typed = JSON.stringify(['/settings', { form: 'name', name: '"><script>' }]);
    client.cookies.set('typed', Buffer.from(typed).toString('base64url'));

    const { body } = await get('/settings');

    expect(body).toContain('value="&quot;>&lt;script>"');
    expect(body).not.toContain('"><script>');
  });
});
