import { describe, expect, test } from 'vitest';
import { theOperator } from '../../../lib/activity/event.ts';
import { userOf } from '../../support/addresses.ts';
import { administrator, onlyAdministrators, somebody } from '../../support/administrators.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { withPasskey } from '../../support/passkey.ts';
import { newAddress, otherPassword, type Person, person } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

/** What administrators see and do by the JSON routes. */

const { start } = testInstances('admin');

const subjects = async (instance: Instance, { email }: Pick<Person, 'email'>) =>
  (await mailsTo(instance, email)).map(({ subject }) => subject.replace(/ at .*/, ''));
const notFound = { status: 404, code: 'not_found' };
const noSuchId = 'AAAAAAAAAAAAAAAAAAAAAA';

describe.each(eventSources)('over $name', (source) => {
  test('an administrator finds, looks at, changes, helps and deletes a user', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const { admin, id: by } = await administrator({ instance, source });
    const ada = await somebody({ instance });
    const user = await userOf(ada);
    await ada.elsewhere().signIn();
    const of = `/admin/users/${ada.id}`;

    expect((await admin.get(`/admin/users?query=${ada.email.slice(0, -3)}`)).json()).toEqual({
      users: [{ ...user, disabled: false }],
      next: null,
    });
    const session = { id: expect.any(String), ip: expect.any(String), userAgent: expect.any(String) };
    const times = {
      createdAt: expect.any(String),
      lastSeenAt: expect.any(String),
      expiresAt: expect.any(String),
    };
    expect((await admin.get(of)).json()).toEqual({
      user: {
        ...{ ...user, disabled: false, locked: false },
        sessions: [1, 2].map(() => ({ ...session, ...times })),
        factors: { password: true, totp: null, passkeys: [], recoveryCodesLeft: 0, providers: [] },
        lastSignInAt: clock.now().toISOString(),
      },
    });

    const change = { name: 'Ada L.', roles: ['editor', 'author'], emailVerified: true };
    const changed = await admin.patch(of, change);
    expect([changed.status, changed.json()]).toEqual([
      200,
      { user: { ...user, ...change, roles: ['author', 'editor'], disabled: false } },
    ]);
    expect((await admin.post(`${of}/password-reset`)).status).toBe(202);
    expect(
      (
        await ada.auth.post('/auth/password/reset', {
          token: await tokenTo(instance, ada.email, '/reset-password'),
          newPassword: otherPassword,
        })
      ).status,
    ).toBe(204);
    await ada.signIn(otherPassword);
    for (const what of ['sessions', 'factors', 'lock'])
      expect([what, (await admin.delete(`${of}/${what}`)).status]).toEqual([what, 204]);
    expect(await ada.status()).toBe(401);
    expect((await admin.patch(of, { disabled: true })).json().user.disabled).toBe(true);
    expect((await ada.signIn(otherPassword)).status).toBe(403);
    expect((await admin.patch(of, { disabled: false })).json().user.disabled).toBe(false);

    const { events } = (await admin.get(`/admin/activity?user=${ada.id}&limit=100`)).json();
    expect(events.filter((event: { by?: string }) => event.by === by)).toHaveLength(8);
    expect(events[0]).toMatchObject({ type: 'account_enabled', userId: ada.id, by, ip: null });
    const { events: own } = (await admin.get(`/admin/activity?user=${by}&type=account_disabled`)).json();
    expect(own).toMatchObject([{ userId: by, by, about: ada.id }]);

    expect((await subjects(instance, ada)).slice(0, 8)).toEqual(
      [
        'Your account has been enabled',
        'Your account has been disabled',
        'You have been signed out everywhere',
        'Your password',
        'Choose a new password for localhost:3000',
        'Your name has been changed',
        'Your e-mail address counts as confirmed',
        'Your roles have been changed',
      ].map((subject) => expect.stringContaining(subject)),
    );
    expect((await admin.delete(of)).status).toBe(204);
    for (const answer of [await admin.get(of), await admin.delete(of), await admin.patch(of, { name: 'x' })])
      expect(answer.json()).toMatchObject(notFound);
    expect((await ada.signIn(otherPassword)).status).toBe(401);
    expect(await subjects(instance, ada)).toEqual(['Your account has been deleted']);
    const { events: left } = (await admin.get('/admin/activity?type=account_deleted')).json();
    expect(left[0]).toMatchObject({ userId: by, by, about: ada.id });
  });

  test('somebody who is invited sets a password by the mail, which confirms the address', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const { admin } = await administrator({ instance, source });
    const bob = person({ instance, source, email: newAddress('bob') });

    const made = await admin.post('/admin/users', { email: bob.email, name: 'Bob', roles: ['editor'] });
    expect([made.status, made.json().user]).toEqual([
      201,
      expect.objectContaining({ email: bob.email, name: 'Bob', roles: ['editor'], emailVerified: false }),
    ]);
    expect((await admin.post('/admin/users', { email: bob.email.toUpperCase() })).json()).toMatchObject({
      ...{ status: 409, code: 'email_taken' },
    });
    const token = await tokenTo(instance, bob.email, '/reset-password');
    clock.pass(72 * 3600 - 1);
    const page = await bob.pages.get(`/reset-password?token=${token}`);
    expect(page.body).toContain(bob.email);
    for (let time = 0; time < 2; time += 1)
      expect((await bob.auth.post('/auth/password/reset', { token, newPassword: bob.password })).status).toBe(
        204,
      );
    await bob.signIn();

    expect(await userOf(bob)).toMatchObject({ emailVerified: true, roles: ['editor'] });
    expect(await subjects(instance, bob)).toHaveLength(1);
    expect((await bob.pages.get(`/reset-password?token=${token}`)).body).toContain('Your password is set');
  });
});

test('an invitation is over after 72 hours, and then a reset does the same', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const boss = await administrator({ instance });
  const bob = person({ instance, email: newAddress('bob') });
  const { user } = (await boss.admin.post('/admin/users', { email: bob.email })).json();
  const token = await tokenTo(instance, bob.email, '/reset-password');
  clock.pass(72 * 3600 + 1);

  const reset = (given: string) =>
    bob.auth.post('/auth/password/reset', { token: given, newPassword: bob.password });
  expect((await reset(token)).json()).toMatchObject({ status: 400, code: 'invalid_token' });
  await boss.signIn();
  await boss.admin.post(`/admin/users/${user.id}/password-reset`);
  expect((await reset(await tokenTo(instance, bob.email, '/reset-password'))).status).toBe(204);

  expect((await bob.signIn()).status).toBe(200);
});

test('what changes something wants a fresh session, and nothing is done without', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin, auth, password } = await administrator({ instance });
  const ada = await somebody({ instance });
  const of = `/admin/users/${ada.id}`;
  clock.pass(601);

  const answers = [
    await admin.post('/admin/users', { email: newAddress() }),
    await admin.patch(of, { disabled: true }),
    await admin.delete(of),
    await admin.delete(`${of}/sessions`),
    await admin.delete(`${of}/factors`),
    await admin.delete(`${of}/lock`),
    await admin.post(`${of}/password-reset`),
  ];

  for (const answer of answers)
    expect(answer.json()).toMatchObject({ status: 403, code: 'reauthentication_needed' });
  expect(await ada.status()).toBe(200);
  expect((await admin.get(of)).status).toBe(200);
  await auth.post('/auth/reauthenticate', { currentPassword: password });
  expect((await admin.patch(of, { disabled: true })).status).toBe(200);
});

test('ASVS 7.4.5: an administrator ends every session of a user, those that wait too', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  const app = await withApp(ada, clock);
  const waiting = ada.elsewhere();
  await waiting.signIn();

  await admin.delete(`/admin/users/${ada.id}/sessions`);

  clock.pass(30);
  expect(await ada.status()).toBe(401);
  expect((await waiting.auth.post('/auth/second-factor', { code: app.code() })).json()).toMatchObject({
    ...{ status: 401, code: 'not_signed_in' },
  });
});

test('ASVS 7.4.2: who is disabled or deleted by an administrator is signed out everywhere', async () => {
  const [here, there] = [start(), start()];
  const { admin } = await administrator({ instance: here });
  for (const end of [(of: string) => admin.patch(of, { disabled: true }), (of: string) => admin.delete(of)]) {
    const ada = await somebody({ instance: here });
    const device = ada.elsewhere({ instance: there });
    await device.signIn();

    await end(`/admin/users/${ada.id}`);

    expect([await ada.status(), await device.status()]).toEqual([401, 401]);
  }
});

test('whose second factors are removed signs in with the password, and one without chooses one by mail', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  await withApp(ada, clock);
  const eve = await somebody({ instance });
  await withPasskey(eve);
  await eve.account.delete('/account/password');

  for (const { id } of [ada, eve])
    expect((await admin.delete(`/admin/users/${id}/factors`)).status).toBe(204);

  expect((await admin.get(`/admin/users/${ada.id}`)).json().user.factors).toMatchObject({
    ...{ password: true, totp: null, recoveryCodesLeft: 0 },
  });
  expect((await ada.signIn()).status).toBe(200);
  expect(await subjects(instance, eve)).toContain('Your second factors have been removed');
  await eve.auth.post('/auth/password/forgot', { email: eve.email });
  const token = await tokenTo(instance, eve.email, '/reset-password');
  await eve.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
  expect((await eve.signIn(otherPassword)).status).toBe(200);
});

test('who marks an address unconfirmed has its next confirmation take away what was there', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  await ada.auth.post('/auth/email/verify', { token: await tokenTo(instance, ada.email, '/verify-email') });
  await withApp(ada, clock);

  const answer = await admin.patch(`/admin/users/${ada.id}`, { emailVerified: false });
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  const token = await tokenTo(instance, ada.email, '/reset-password');
  await ada.elsewhere().auth.post('/auth/password/reset', { token, newPassword: otherPassword });

  expect(answer.json().user.emailVerified).toBe(false);
  expect((await ada.signIn(otherPassword)).status).toBe(200);
  expect(await userOf(ada)).toMatchObject({ emailVerified: true });
});

test('a second factor that wrong codes have locked is shown, and opened', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  const app = await withApp(ada, clock);
  const of = `/admin/users/${ada.id}`;
  const device = ada.elsewhere();
  const show = (code: string) => device.auth.post('/auth/second-factor', { code });
  clock.pass(60);
  for (const _ of [1, 2]) {
    await device.signIn();
    for (let tries = 0; tries < 5; tries += 1) await show(app.code(1000));
  }
  await device.signIn();

  expect((await show(app.code())).json()).toMatchObject({ status: 429, code: 'rate_limited' });
  expect((await admin.get(of)).json().user.locked).toBe(true);
  expect((await admin.delete(`${of}/lock`)).status).toBe(204);

  expect((await admin.get(of)).json().user.locked).toBe(false);
  expect((await show(app.code())).status).toBe(200);
});

test('a sign-in that guesses have locked is shown, and opened', async () => {
  const instance = start();
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  const of = `/admin/users/${ada.id}`;
  const stranger = (at: number) => ada.elsewhere({ ip: `198.51.100.${at}` });
  for (let at = 0; at < 100; at += 1) await stranger(at).signIn('a wrong password of nobody');

  expect((await stranger(200).signIn()).status).toBe(429);
  expect((await admin.get(of)).json().user.locked).toBe(true);
  await admin.delete(`${of}/lock`);

  expect((await admin.get(of)).json().user.locked).toBe(false);
  expect((await stranger(200).signIn()).status).toBe(200);
});

test('the last administrator is neither demoted, disabled nor deleted, and another may be by himself', async () => {
  const instance = start();
  const first = await administrator({ instance });
  const second = await administrator({ instance });
  await onlyAdministrators(instance, first.id, second.id);
  const last = { status: 409, code: 'last_admin' };
  const ofFirst = `/admin/users/${first.id}`;

  expect((await second.admin.patch(`/admin/users/${second.id}`, { roles: [] })).json().user.roles).toEqual(
    [],
  );
  expect((await second.admin.get('/admin/users')).json()).toMatchObject(notFound);
  for (const change of [{ roles: ['editor'] }, { disabled: true }, { disabled: true, roles: [], name: 'x' }])
    expect((await first.admin.patch(ofFirst, change)).json()).toMatchObject(last);
  expect((await first.admin.delete(ofFirst)).json()).toMatchObject(last);
  expect(await userOf(first)).toMatchObject({ roles: ['admin'], name: null });

  await first.admin.patch(`/admin/users/${second.id}`, { roles: ['admin'] });
  const disabled = await first.admin.patch(ofFirst, { disabled: true });
  expect(disabled.json().user.disabled).toBe(true);
  expect(await first.status()).toBe(401);
  expect((await second.admin.delete(`/admin/users/${first.id}`)).status).toBe(204);
});

test('what stays as it was is neither told nor written down', async () => {
  const instance = start();
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  const { name, roles, emailVerified } = await userOf(ada);
  const mails = await mailsTo(instance, ada.email);

  const same = { name, roles, emailVerified, disabled: false };
  expect((await admin.patch(`/admin/users/${ada.id}`, same)).status).toBe(200);
  await admin.delete(`/admin/users/${ada.id}/factors`);

  expect(await mailsTo(instance, ada.email)).toEqual(mails);
  const { events } = (await admin.get(`/admin/activity?user=${ada.id}`)).json();
  expect(events.map(({ type }: { type: string }) => type)).toEqual(['sign_up']);
  expect(await ada.status()).toBe(200);
});

test('activity of all accounts is paged, and filtered by user and kind', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance });
  for (let time = 0; time < 5; time += 1) {
    clock.pass(1);
    await ada.account.patch('/account', { name: `Ada ${time}` });
    await ada.elsewhere().signIn();
  }
  await instance.services.administration.setRoles(undefined, ada.id, ['editor']);
  const all = async (query: string) => {
    const found: { type: string; at: string; userId: string; by?: string }[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const answer = await admin.get(`/admin/activity?${query}${next && `&before=${next}`}`);
      found.push(...answer.json().events);
      next = answer.json().next;
    }
    return found;
  };

  const ofAda = await all(`user=${ada.id}&limit=3`);
  expect(ofAda).toHaveLength(12);
  expect(ofAda.filter(({ userId }) => userId !== ada.id)).toEqual([]);
  expect(ofAda[0]).toMatchObject({ type: 'roles_changed', by: theOperator });
  expect(await all(`user=${ada.id}&type=sign_in&limit=2`)).toEqual(
    ofAda.filter(({ type }) => type === 'sign_in'),
  );
  const signIns = await all('type=sign_in&limit=50');
  expect(new Set(signIns.map(({ type }) => type))).toEqual(new Set(['sign_in']));
  const ats = (await all('limit=100')).map(({ at }) => at);
  expect(ats).toEqual([...ats].sort().reverse());
  for (const query of ['type=nonsense', 'limit=0', 'before=x', 'user='])
    expect((await admin.get(`/admin/activity?${query}`)).status).toBe(422);
});

test('no answer has a hash, a secret, a token or a code', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin, id: own } = await administrator({ instance });
  const ada = await somebody({ instance });
  const { recoveryCodes } = await withApp(ada, clock);
  await withPasskey(ada);
  const of = ada.id;
  const invited = await admin.post('/admin/users', { email: newAddress('bob') });
  const paths = ['/users', `/users?query=${of}`, `/users/${of}`, '/activity', `/activity?user=${of}`];
  const pages = ['', `?query=${of}`, `/people/${of}`, '/events', `/events?user=${own}`];
  const answers = [invited, await admin.patch(`/admin/users/${of}`, { name: 'Ada' })];
  for (const path of [...paths, ...pages]) answers.push(await admin.get(`/admin${path}`));

  const { credentials } = (await instance.services.store.users.find(of)) ?? {};
  const { totp, passkeys = [], recoveryCodes: kept = [] } = credentials?.factors ?? {};
  const secrets = [
    ...[credentials?.password, totp?.secret, ...recoveryCodes, ...passkeys.map(({ publicKey }) => publicKey)],
    ...kept.flatMap(({ salt, hash }) => [salt, hash]),
    await tokenTo(instance, invited.json().user.email, '/reset-password'),
  ];
  expect(secrets.length).toBeGreaterThan(30);
  for (const { status, body } of answers) {
    expect(status).toBeLessThan(300);
    for (const secret of secrets) expect(body).not.toContain(String(secret));
    expect(body).not.toMatch(/\$2[aby]\$|session_auth=/);
  }
});

test.each([
  ['of no id', () => noSuchId],
  ['of an id with a space at its end, which some databases leave out', (id: string) => `${id}%20`],
])('users %s are not there', async (_, idOf) => {
  const { admin, id } = await administrator({ instance: start() });
  const of = `/admin/users/${idOf(id)}`;

  const answers = [
    ...[await admin.get(of), await admin.patch(of, { name: 'x' }), await admin.delete(of)],
    ...(await Promise.all(['sessions', 'factors', 'lock'].map((what) => admin.delete(`${of}/${what}`)))),
    await admin.post(`${of}/password-reset`),
  ];

  for (const answer of answers) expect(answer.json()).toMatchObject(notFound);
});

test.each([
  { email: 'no address' },
  { email: 'a@example.com', roles: ['Editor'] },
  { email: 'a@example.com', roles: ['9a'] },
  { email: 'a@example.com', roles: [`a${'b'.repeat(32)}`] },
  { email: 'a@example.com', roles: Array.from({ length: 21 }, (_, at) => `role${at}`) },
  { email: 'a@example.com', name: '' },
  { email: 'a@example.com', password: 'four plain words together' },
])('an invitation of %j is refused', async (body) => {
  const { admin } = await administrator({ instance: start() });

  expect((await admin.post('/admin/users', body)).json()).toMatchObject({ status: 422 });
});
