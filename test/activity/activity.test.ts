import { describe, expect, test } from 'vitest';
import { eventKinds } from '../../lib/flows/events.ts';
import { userOf } from '../support/addresses.ts';
import { testClock } from '../support/clock.ts';
import { watchCommands } from '../support/commands.ts';
import { eventSources } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import {
  environmentOfAll,
  lyingClientId,
  nowSeconds,
  startLyingProvider,
} from '../support/lying-provider.ts';
import { tokenTo } from '../support/mail.ts';
import { enterByPasskey, withPasskey } from '../support/passkey.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  person,
  signedUp,
  strongPassword,
} from '../support/person.ts';
import { comeBack, providerPerson, signInBy } from '../support/provider-visits.ts';
import { withApp } from '../support/totp.ts';

const { database, start } = testInstances('activity');

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

const page = async ({ account }: Person, query = '') =>
  (await account.get(`/account/activity${query}`)).json();
const typesOf = async (someone: Person): Promise<string[]> =>
  (await page(someone, '?limit=100')).events.map(({ type }: { type: string }) => type);

describe.each(eventSources)('over $name', (source) => {
  test('users page through what happened on their account, newest first', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance, source, ip: '198.51.100.8', userAgent: firefox });
    for (const password of ['wrong once', 'wrong twice', strongPassword]) {
      clock.pass(1);
      await ada.elsewhere().signIn(password);
    }

    const first = await page(ada, '?limit=3');
    const second = await page(ada, `?limit=3&before=${first.next}`);

    expect(first.events).toEqual(
      ['sign_in', 'sign_in_failed', 'sign_in_failed'].map((type, n) => ({
        id: expect.any(String),
        type,
        at: new Date(clock.now().getTime() - n * 1000).toISOString(),
        ip: '198.51.100.8',
        userAgent: 'Firefox 128 on Windows',
      })),
    );
    expect(second.events.map(({ type }: { type: string }) => type)).toEqual(['sign_up']);
    expect(second.next).toBeNull();
  });
});

describe('paging', () => {
  test('loses and repeats nothing where many events share a millisecond', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    for (let n = 0; n < 11; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

    const ids: string[] = [];
    let before = '';
    do {
      const { events, next } = await page(ada, `?limit=5${before}`);
      ids.push(...events.map(({ id }: { id: string }) => id));
      before = next && `&before=${next}`;
    } while (before);

    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(12);
  });

  test('shows twenty unless asked', async () => {
    const ada = await signedUp({ instance: start() });
    for (let n = 0; n < 21; n += 1) await ada.account.patch('/account', { name: `Name ${n}` });

    expect((await page(ada)).events).toHaveLength(20);
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=x',
    'limit=1&limit=2',
    'before=x',
    'before=',
    `before=${'x'.repeat(200)}`,
  ])('refuses ?%s', async (query) => {
    const ada = await signedUp({ instance: start() });

    expect(await page(ada, `?${query}`)).toMatchObject({ status: 422, code: 'invalid_request' });
  });
});

test("shows nobody else's", async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const eve = await signedUp({ instance });
  await ada.account.patch('/account', { name: 'Ada' });

  expect(await typesOf(eve)).toEqual(['sign_up']);
});

test('ASVS 16.3.1: every kind of event is written down, and logged in one line each', async () => {
  const clock = testClock();
  const acme = await startLyingProvider();
  const instance = start({ now: clock.now, environment: environmentOfAll(acme) });
  const ada = await signedUp({ instance });
  const newEmail = newAddress('next');
  const bob = providerPerson('bob');

  await withPasskey(ada);
  const verification = await tokenTo(instance, ada.email, '/verify-email');
  await ada.elsewhere().auth.post('/auth/email/verify', { token: verification });
  await ada.signIn();
  const key = await withPasskey(ada);
  await ada.account.patch(`/account/passkeys/${key.id}`, { name: 'Key' });
  await enterByPasskey(ada.elsewhere(), key);
  await enterByPasskey(ada.elsewhere(), key, { counter: 1 });
  await ada.account.delete('/account/password');
  await ada.account.post('/account/password', { newPassword: strongPassword });
  await ada.account.delete(`/account/passkeys/${key.id}`);
  await ada.elsewhere().signIn('a guess that is wrong');
  await ada.elsewhere().signIn();
  await ada.account.patch('/account', { name: 'Ada' });
  await ada.account.delete('/account', { currentPassword: 'wrong' });
  const listed: { id: string; current: boolean }[] = (await ada.sessions.get('/sessions')).json().sessions;
  const other = listed.find(({ current }) => !current)!;
  await ada.sessions.delete(`/sessions/${other.id}`);
  await ada.sessions.delete('/sessions');
  await ada.account.post('/account/email', { currentPassword: strongPassword, newEmail });
  await ada.auth.post('/auth/email/verify', { token: await tokenTo(instance, newEmail, '/verify-email') });
  await ada.auth.post('/auth/email/undo', {
    token: await tokenTo(instance, ada.email, '/undo-email'),
    newPassword: strongPassword,
  });
  await ada.signIn();
  await ada.auth.post('/auth/sign-out');
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  const token = await tokenTo(instance, ada.email, '/reset-password');
  await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
  await ada.signIn(otherPassword);
  await ada.sessions.delete('/sessions?all=true');
  await ada.signIn(otherPassword);
  await ada.account.post('/account/password', {
    currentPassword: otherPassword,
    newPassword: strongPassword,
  });
  const app = await withApp(ada, clock);
  await ada.auth.post('/auth/reauthenticate', { currentPassword: strongPassword });
  const again = ada.elsewhere();
  await again.signIn(strongPassword);
  await again.auth.post('/auth/second-factor', { code: '000 000' });
  await again.auth.post('/auth/second-factor', { recoveryCode: app.recoveryCodes[0] });
  await ada.account.post('/account/recovery-codes');
  await ada.account.delete('/account/totp');
  const linking = await ada.account.post('/account/providers/acme');
  await comeBack(ada, acme.sendBack(linking.headers.get('location'), bob));
  await signInBy(ada.elsewhere(), acme, bob);
  const logout = { events: { 'http://schemas.openid.net/event/backchannel-logout': {} }, jti: 'one' };
  const times = { iat: nowSeconds(), exp: nowSeconds() + 120 };
  const claims = { iss: acme.issuer, aud: lyingClientId, sub: bob.sub, ...times, ...logout };
  const signedOut = await acme.sign(claims, { typ: 'logout+jwt' });
  await ada.auth.post('/auth/with/acme/logout', String(new URLSearchParams({ logout_token: signedOut })), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: {},
  });
  await ada.account.delete('/account/providers/acme');
  await acme.close();
  const { administration, activity } = instance.services;
  const user = await userOf(ada);
  const { id } = user;
  await administration.setRoles(undefined, id, ['editor']);
  await administration.setName(undefined, id, 'Ada');
  for (const verified of [false, true]) await administration.setEmailVerified(undefined, user, verified);
  await administration.removeFactors(undefined, id);
  await administration.unlock(undefined, user);
  await administration.endSessions(undefined, id);
  await administration.disable(undefined, id);
  await administration.enable(undefined, id);
  for (const type of ['invited', 'reset_sent_by_admin'] as const) await activity.recordAct(type, id);
  await ada.signIn(strongPassword);

  const seen = await typesOf(ada);
  // That an account is gone is told to other systems, and kept for nobody: test/aws/event-bus.test.ts.
  const kept = eventKinds.filter((kind) => kind !== 'account_deleted');
  expect([...new Set(seen)].sort()).toEqual(kept.sort());
  const logged = instance.log
    .filter(({ message }) => message === 'activity')
    .map(({ fields }) => fields.type);
  expect(logged.reverse()).toEqual(seen);
});

test('no event and no log line has a secret', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  await ada.elsewhere().signIn('a guess that is wrong');
  await ada.auth.post('/auth/password/forgot', { email: ada.email });
  const token = await tokenTo(instance, ada.email, '/reset-password');
  const cookie = ada.cookies.get('session_auth')!;
  await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });

  const printed = JSON.stringify([instance.log, await database.db().collection('events').find().toArray()]);

  const id = decodeURIComponent(cookie).slice(2).split('.')[0]!;
  for (const secret of [strongPassword, otherPassword, 'a guess that is wrong', token, cookie, id])
    expect(printed).not.toContain(secret);
});

describe('a failed sign-in', () => {
  test('of an unknown address is logged, and stored for nobody', async () => {
    const instance = start();
    const nobody = person({ instance });
    const kept = async () => {
      const all = await database.db().collection('events').find().toArray();
      // In the place of an event there is something that says nothing.
      const says = ({ _id, expiresAt, mayArriveAgain, ...what }: object & Record<string, unknown>) =>
        Object.values(what).some((value) => value != null);
      return all.filter(says);
    };
    const before = await kept();

    await nobody.signIn();

    expect(await kept()).toEqual(before);
    expect(instance.log.filter(({ message }) => message === 'activity')).toMatchObject([
      { fields: { type: 'sign_in_failed', userId: null, ip: '203.0.113.7' } },
    ]);
  });

  test('ASVS 6.3.8: sends the database as many commands whether or not the account exists', async () => {
    const instance = start({ mongoOptions: { monitorCommands: true } });
    const { email } = await signedUp({ instance });
    const commands = watchCommands(instance);
    const collections = () => commands.sent.map(({ collection }) => collection);

    await person({ instance, email }).signIn('a guess that is wrong');
    const known = collections();
    commands.clear();
    await person({ instance }).signIn('a guess that is wrong');

    expect(collections()).toEqual(known);
  });
});

test('is kept for ACTIVITY_DAYS', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now, environment: { ACTIVITY_DAYS: '7' } });
  const ada = await signedUp({ instance });
  const { id } = (await ada.auth.get('/auth/session')).json().user;

  const [event] = await database.db().collection('events').find({ userId: id }).toArray();

  expect(event!.expiresAt.getTime() - clock.now().getTime()).toBe(7 * 24 * 3600 * 1000);
  const indexes = await database.db().collection('events').listIndexes().toArray();
  expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
});
