import { describe, expect, test } from 'vitest';
import { emailKey } from '../../../lib/users/email.ts';
import { watchCommands } from '../../support/commands.ts';
import { ageCounters } from '../../support/counters.ts';
import { createClient, eventSources, type TestClient } from '../../support/events.ts';
import {
  ada,
  address,
  failures,
  home,
  hour,
  limitedInstances,
  password,
  source,
  statuses,
  times,
} from '../../support/limited-instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { newAddress, otherPassword } from '../../support/person.ts';

const { database, start, instances, limits, client } = limitedInstances('known_devices');

const name = 'session_auth_device';
const wrong = 'a wrong password';

const lock = (email: string) => failures(100, (at) => limits.signIn(emailKey(email), address(at)));
const signIn = (browser: TestClient, email: string, given = password) =>
  browser.post('/auth/sign-in', { email, password: given });
/** Another browser that has no cookie but the device's, on the other instance. */
function withDevice(value: string | undefined, ip = home): TestClient {
  const browser = client(1, ip);
  if (value !== undefined) browser.cookies.set(name, value);
  return browser;
}

/** Somebody with an account of their own, and the cookie of the device that it was made on. */
async function newcomer(ip = '198.51.100.9') {
  const email = newAddress('device');
  const browser = client(0, ip);
  expect((await browser.post('/auth/sign-up', { email, password })).status).toBe(201);
  return { email, browser, device: browser.cookies.get(name) };
}

describe.each(eventSources)('over $name', (each) => {
  test('ASVS 6.3.1: while strangers have locked an account, a device it has signed in from gets in', async () => {
    const { email } = await newcomer();
    const browser = createClient(instances[0].handlers.auth, each);
    expect((await signIn(browser, email)).status).toBe(200);
    await lock(email);

    expect((await signIn(browser, email)).status).toBe(200);
    expect((await signIn(client(1, home), email)).status).toBe(429);
  });
});

describe('the cookie of a device', () => {
  test.each([
    ['deployed', 'prod', '__Host-device', ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']],
    ['in a test stage', 'test', name, ['Path=/', 'HttpOnly', 'SameSite=Lax']],
  ])('%s lives a year, as well kept as that of the session', async (_what, stage, called, attributes) => {
    const deployed = stage === 'prod';
    const instance = start({
      STAGE: stage,
      ...(deployed && { PUBLIC_URL: 'https://example.com', MAIL_FROM: 'no-reply@example.com' }),
    });

    const answer = await createClient(instance.handlers.auth, source).post('/auth/sign-in', ada);

    const [pair = '', ...given] = answer.cookies.find((line) => line.startsWith(`${called}=`))!.split('; ');
    expect(given.filter((each) => !each.startsWith('Expires=')).sort()).toEqual(
      ['Max-Age=31536000', ...attributes].sort(),
    );
    expect(Buffer.byteLength(pair)).toBeLessThan(500);
    expect(decodeURIComponent(pair)).not.toMatch(/ada|example/i);
    await instance.end();
  });

  test('comes with every way in: sign-up, sign-in and a new password; signing out leaves it', async () => {
    const { email, browser, device } = await newcomer();
    expect(device).toBeTruthy();

    const changed = await createClient(instances[0].handlers.account, source, {
      cookies: browser.cookies,
    }).post('/account/password', { currentPassword: password, newPassword: otherPassword });
    expect(changed.status).toBe(204);
    const after = browser.cookies.get(name);
    expect(after).toBeTruthy();
    expect(after).not.toBe(device);
    await browser.post('/auth/sign-out');

    expect(browser.cookies.all()).toEqual({ [name]: after });
    await lock(email);
    expect((await signIn(browser, email, otherPassword)).status).toBe(200);
  });

  test('does not come with a wrong password', async () => {
    expect((await signIn(client(0, home), ada.email, wrong)).cookies).toEqual([]);
  });

  test('knows ten accounts, those that signed in last', async () => {
    const browser = client(0, home);
    const people = await times(11, () => newcomer());
    for (const { email } of people) expect((await signIn(browser, email)).status).toBe(200);
    await times(11, (at) => lock(people[at]!.email));
    const device = browser.cookies.get(name);
    expect(device!.length).toBeLessThan(500);

    const answers = await times(11, (at) => signIn(withDevice(device), people[at]!.email));

    expect(answers.map(({ status }) => status)).toEqual([429, ...Array(10).fill(200)]);
  });

  test('holds by every secret, and is signed anew by the first', async () => {
    const { email, device } = await newcomer();
    await lock(email);
    const secrets = ['a newer secret of 32 characters and more', 'a test secret of at least 32 characters'];
    const [during, after] = [
      start({ SESSION_SECRETS: secrets.join() }),
      start({ SESSION_SECRETS: secrets[0] }),
    ];
    const browser = createClient(during.handlers.auth, source);
    browser.cookies.set(name, String(device));
    const later = createClient(after.handlers.auth, source, { cookies: browser.cookies });

    expect((await later.post('/auth/sign-in', { email, password })).status).toBe(429);
    expect((await signIn(browser, email)).status).toBe(200);
    expect((await signIn(later, email)).status).toBe(200);
    await Promise.all([during.end(), after.end()]);
  });
});

describe('a device that an account has signed in from', () => {
  test('has ten failures an hour of its own, at once too, from any address', async () => {
    const { email, device } = await newcomer();

    const answers = await times(40, (at) => signIn(withDevice(device, address(at)), email, wrong));

    expect(statuses(answers)).toEqual({ 401: 10, 429: 30 });
    const answer = await signIn(withDevice(device), email);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('ratelimit-policy')).toBe('"sign-in-device";q=10;w=3600');
    expect((await signIn(client(1, home), email)).status).toBe(200);
    await ageCounters(database.db(), hour + 1);
    expect((await signIn(withDevice(device), email)).status).toBe(200);
  });

  test('has as many after the lock, and its failures are not among the hundred', async () => {
    const { email, device } = await newcomer();
    await failures(95, (at) => limits.signIn(emailKey(email), address(at)));
    expect(statuses(await times(10, () => signIn(withDevice(device), email, wrong)))).toEqual({ 401: 10 });
    expect(await failures(10, (at) => limits.signIn(emailKey(email), address(at + 100)))).toBe(5);

    await ageCounters(database.db(), hour + 1);

    expect(statuses(await times(12, () => signIn(withDevice(device), email, wrong)))).toEqual({
      401: 10,
      429: 2,
    });
  });

  test('is touched neither by its address’s failures nor by the account’s from there', async () => {
    const { email, device } = await newcomer();
    await failures(5, () => limits.signIn(emailKey(email), home));
    await failures(95, (at) => limits.signIn(`user${at}@example.com`, home));

    expect((await signIn(client(1, home), email)).status).toBe(429);
    expect((await signIn(withDevice(device), email)).status).toBe(200);
  });

  test('does not open the lock by a right password, also where the lock comes meanwhile', async () => {
    const { email, device } = await newcomer();
    await lock(email);

    expect((await signIn(withDevice(device), email)).status).toBe(200);
    expect((await signIn(client(1, home), email)).status).toBe(429);

    await limits.unlock(emailKey(email));
    await failures(99, (at) => limits.signIn(emailKey(email), address(at)));
    const attempt = await limits.signIn(emailKey(email), home, { id: 'a device', isOutdated: false });
    await failures(1, () => limits.signIn(emailKey(email), '192.0.2.99'));
    await attempt.succeeded();
    expect((await signIn(client(1, home), email)).status).toBe(429);
  });

  test('ends the row of failures below the lock, as a right password does from anywhere', async () => {
    const { email, device } = await newcomer();
    await failures(99, (at) => limits.signIn(emailKey(email), address(at)));

    await signIn(withDevice(device), email);

    expect(await failures(2, (at) => limits.signIn(emailKey(email), `192.0.2.${at}`))).toBe(2);
  });

  test('costs no more commands than any other', async () => {
    const { email, device } = await newcomer();
    const watch = watchCommands(instances[1]);

    await signIn(withDevice(device), email);

    expect(watch.names().slice(0, 5)).toEqual([
      'users.find',
      'limits.find',
      'limits.findAndModify',
      'users.find',
      'limits.delete',
    ]);
    expect(
      watch
        .names()
        .slice(5)
        .filter((each) => each.startsWith('limits')),
    ).toEqual([]);
  });
});

describe('a cookie that is no device of the account', () => {
  const forgeries: [string, (device: string) => string | undefined][] = [
    ['of another account', () => undefined],
    ['cut short', (device) => device.slice(0, -1)],
    ['too long', (device) => `${device}${device.slice(45).repeat(11)}`],
    ['of 3 kB', () => 'x'.repeat(3000)],
    ['empty', () => ''],
    ['with a broken escape', () => '%E0%A4%A'],
    ['with another id', (device) => `${'A'.repeat(22)}${device.slice(22)}`],
    ['whose own tag is forged', (device) => `${device.slice(0, 23)}${'A'.repeat(22)}${device.slice(45)}`],
    ['with another version', (device) => device.replace(/\.1~/, '.2~')],
  ];

  test.each(forgeries)('%s counts as none, and fails no request', async (_what, forge) => {
    const [victim, other] = [await newcomer(), await newcomer()];
    await lock(victim.email);
    const value = forge(String(victim.device)) ?? other.device;

    expect((await signIn(withDevice(value), victim.email)).json().code).toBe('rate_limited');
    expect((await signIn(withDevice(value), other.email)).status).toBe(200);
  });

  test('beside another of its name counts as none, and fails no request', async () => {
    const { email, device } = await newcomer();
    const twice = (given: string) =>
      client(1, home).post(
        '/auth/sign-in',
        { email: given, password },
        { cookies: [`${name}=${device}`, `${name}=planted`] },
      );

    expect((await twice(email)).status).toBe(200);
    await lock(email);
    expect((await twice(email)).status).toBe(429);
  });

  test('is no credential', async () => {
    const { device } = await newcomer();

    expect((await withDevice(device).get('/auth/session')).status).toBe(401);
  });

  test('ASVS 6.3.8: sends the database the same whether or not the account exists', async () => {
    const { device } = await newcomer();
    const watch = watchCommands(instances[1]);
    const answers = await times(1, () => signIn(withDevice(device), ada.email, wrong));
    const known = watch.names();
    watch.clear();

    answers.push(await signIn(withDevice(device, '192.0.2.1'), 'nobody@example.com', wrong));

    expect(watch.names().length).toBe(known.length);
    expect(statuses(answers)).toEqual({ 401: 2 });
  });

  test('is one of the account that had the address before', async () => {
    const { email, browser, device } = await newcomer();
    const leaving = createClient(instances[0].handlers.account, source, { cookies: browser.cookies });
    expect((await leaving.delete('/account', { currentPassword: password })).status).toBe(204);
    await client(0, '198.51.100.10').post('/auth/sign-up', { email, password });
    await lock(email);

    expect((await signIn(withDevice(device), email)).status).toBe(429);
  });
});

describe('devices from before a change of credentials', () => {
  async function reset(email: string, newPassword: string) {
    const browser = client(0, '198.51.100.11');
    await browser.post('/auth/password/forgot', { email });
    const token = await tokenTo(instances[0], email, '/reset-password');
    expect((await browser.post('/auth/password/reset', { token, newPassword })).status).toBe(204);
  }

  test('are known still', async () => {
    const { email, device } = await newcomer();
    await reset(email, otherPassword);
    await lock(email);

    expect(statuses(await times(11, () => signIn(withDevice(device), email, wrong)))).toEqual({
      401: 10,
      429: 1,
    });
    await ageCounters(database.db(), hour + 1);
    expect((await signIn(withDevice(device), email, otherPassword)).status).toBe(200);
  });

  test('ASVS 6.3.1: get a hundred guesses together, however many a thief of the old password made', async () => {
    const { email } = await newcomer();
    const devices = await times(15, async (at) => {
      const browser = client(0, address(at));
      expect((await signIn(browser, email)).status).toBe(200);
      return browser.cookies.get(name);
    });
    await reset(email, otherPassword);
    await lock(email);

    const guesses = devices.flatMap((device) => Array<string | undefined>(10).fill(device));
    const answers = await times(guesses.length, (at) => signIn(withDevice(guesses[at]), email, wrong));

    expect(statuses(answers)).toEqual({ 401: 100, 429: 50 });
  });
});
