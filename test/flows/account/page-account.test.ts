import { describe, expect, test } from 'vitest';
import { browse, hidden, newAddress, password, signedUp, tokenMailedTo } from '../../support/browse.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('page_account');

describe('a mailed link', () => {
  test('ASVS 3.5.3: spends nothing when it is opened; its button does, once', async () => {
    const instance = start();
    const { get, post, email } = await signedUp(instance);
    const token = await tokenMailedTo(instance, email);

    for (let time = 0; time < 3; time += 1) {
      const { body } = await get(`/verify-email?token=${token}`);
      expect(hidden(body, 'token')).toBe(token);
    }
    expect((await get('/settings')).body).toContain('not confirmed');

    const verified = await post('/verify-email', { token });
    expect([verified.status, verified.headers.get('location')]).toEqual([303, '/']);
    expect((await get('/')).body).toContain('Your e-mail address is confirmed.');
    expect((await get('/settings')).body).not.toContain('not confirmed');

    const again = await post('/verify-email', { token }, { ip: '192.0.2.8' });
    expect([again.status, again.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
  });

  test('sets a new password, and ends every session', async () => {
    const instance = start();
    const { get, email } = await signedUp(instance);
    const visitor = browse(instance);
    const newPassword = 'quite another long password';

    const asked = await visitor.post('/forgot-password', { email });
    const told = await visitor.get('/sign-in');
    const token = await tokenMailedTo(instance, email);
    const weak = await visitor.post('/reset-password', { token, newPassword: 'short' });
    const reset = await visitor.post('/reset-password', { token, newPassword });

    expect([asked.status, asked.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(told.body).toContain('If there is an account with this address');
    expect(weak.status).toBe(422);
    expect(weak.body).toMatch(/id="reset-newPassword-error"/);
    expect(hidden(weak.body, 'token')).toBe(token);
    expect([reset.status, reset.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await get('/settings')).status).toBe(303);
    expect((await visitor.post('/sign-in', { email, password: newPassword })).status).toBe(303);
  });

  test('answers alike for an address that nobody has', async () => {
    const { post, get } = browse(start());

    const answer = await post('/forgot-password', { email: newAddress() });

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await get('/sign-in')).body).toContain('If there is an account with this address');
  });

  test('takes an old address back', async () => {
    const instance = start();
    const { post, get, email } = await signedUp(instance);
    await post('/verify-email', { token: await tokenMailedTo(instance, email) });
    const newEmail = newAddress();
    const newPassword = 'quite another long password';

    const asked = await post('/settings', { form: 'email', newEmail, currentPassword: password });
    const confirmed = await post('/verify-email', { token: await tokenMailedTo(instance, newEmail) });
    expect([asked.status, confirmed.status]).toEqual([303, 303]);
    expect((await get('/settings')).body).toContain(newEmail);

    const undone = await browse(instance).post('/undo-email', {
      token: await tokenMailedTo(instance, email),
      newPassword,
    });
    expect([undone.status, undone.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await get('/settings')).status).toBe(303);
    expect((await browse(instance).post('/sign-in', { email, password })).status).toBe(401);
    expect((await browse(instance).post('/sign-in', { email, password: newPassword })).status).toBe(303);
  });

  test('that is cut off says so', async () => {
    const { get, post } = browse(start());

    for (const path of ['/reset-password', '/undo-email'])
      expect((await get(path)).body).toContain('not whole');
    expect((await get('/verify-email')).body).toContain('sign in');
    expect((await post('/reset-password', { newPassword: password })).status).toBe(422);
  });
});

describe('the settings', () => {
  test('change the name, and take it away', async () => {
    const { post, get } = await signedUp(start());

    await post('/settings', { form: 'name', name: 'Ada King' });
    expect((await get('/')).body).toContain('Hello, Ada King');
    await post('/settings', { form: 'name', name: '' });
    expect((await get('/')).body).toMatch(/Hello, page\d+@example\.com/);
  });

  test('ASVS 6.2.3: change the password with the current one only', async () => {
    const instance = start();
    const { post, get, email } = await signedUp(instance);
    const newPassword = 'quite another long password';

    const wrong = await post('/settings', { form: 'password', currentPassword: 'not this one', newPassword });
    const right = await post('/settings', { form: 'password', currentPassword: password, newPassword });

    expect(wrong.status).toBe(403);
    expect(wrong.body).toMatch(/id="password-currentPassword-error"/);
    expect(wrong.body).not.toMatch(/id="(email|leave)-currentPassword-error"/);
    expect([right.status, right.headers.get('location')]).toEqual([303, '/settings']);
    expect((await get('/settings')).body).toContain('Your new password is set');
    expect((await browse(instance).post('/sign-in', { email, password: newPassword })).status).toBe(303);
  });

  test('delete the account', async () => {
    const instance = start();
    const { post, get, email } = await signedUp(instance);

    expect((await post('/settings', { form: 'leave', currentPassword: 'not this one' })).status).toBe(403);
    const left = await post('/settings', { form: 'leave', currentPassword: password });

    expect([left.status, left.headers.get('location')]).toEqual([303, '/']);
    expect((await get('/')).body).toContain('Your account is deleted');
    expect((await browse(instance).post('/sign-in', { email, password })).status).toBe(401);
  });

  test('offer to send the verification again until it is done', async () => {
    const instance = start();
    const { post, get, email } = await signedUp(instance);
    const first = await tokenMailedTo(instance, email);

    expect((await get('/settings')).body).toContain('Send the mail again');
    const sent = await post('/verify-email');
    const second = await tokenMailedTo(instance, email);

    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/']);
    expect(second).not.toBe(first);
    await post('/verify-email', { token: second });
    expect((await get('/settings')).body).not.toContain('Send the mail again');
  });

  test('refuse a form that they do not have', async () => {
    const { post } = await signedUp(start());

    expect((await post('/settings', { form: 'admin' })).status).toBe(422);
    expect((await post('/settings')).status).toBe(422);
  });
});

describe('the devices', () => {
  /** Signs the same user in on another device. */
  async function secondDevice(instance: Instance, email: string) {
    const other = browse(instance);
    await other.post('/sign-in', { email, password });
    return other;
  }

  const idsIn = (body: string) =>
    [...body.matchAll(/name="id" value="([^"]+)"/g)].map(([, id]) => id as string);

  test('ASVS 7.5.2: are listed, and any of them is ended', async () => {
    const instance = start();
    const { get, post, email } = await signedUp(instance);
    const other = await secondDevice(instance, email);

    const { body } = await get('/devices');
    expect(idsIn(body)).toHaveLength(2);
    expect(body.match(/This device/g)).toHaveLength(1);
    const mine = idsIn((await other.get('/devices')).body.split('This device')[1] ?? '')[0] ?? '';
    const ended = await post('/devices', { id: mine });

    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/devices']);
    expect((await get('/devices')).body).toContain('The session has ended.');
    expect((await other.get('/settings')).status).toBe(303);
  });

  test('are ended all but this one', async () => {
    const instance = start();
    const { get, post, email } = await signedUp(instance);
    const others = [await secondDevice(instance, email), await secondDevice(instance, email)];

    expect((await post('/devices', { others: 'true' })).headers.get('location')).toBe('/devices');

    for (const other of others) expect((await other.get('/settings')).status).toBe(303);
    const { body } = await get('/devices');
    expect(body).toContain('Every other session has ended.');
    expect(body).not.toContain('End all other sessions');
  });

  test('ending this one signs out', async () => {
    const { get, post, client } = await signedUp(start());
    const [id = ''] = idsIn((await get('/devices')).body);

    const answer = await post('/devices', { id });

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(client.cookies.get('session_auth')).toBeUndefined();
    expect((await get('/')).body).toContain('You are signed out.');
  });

  test('of others are nobody else’s to end', async () => {
    const instance = start();
    const ada = await signedUp(instance);
    const eve = await signedUp(instance, { name: 'Eve' });
    const [id = ''] = idsIn((await ada.get('/devices')).body);

    const answer = await eve.post('/devices', { id });

    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await ada.get('/settings')).status).toBe(200);
    expect((await eve.post('/devices')).status).toBe(422);
  });
});

test('the activity is told newest first, page by page', async () => {
  const instance = start();
  const { get, post } = await signedUp(instance);
  for (let time = 0; time < 3; time += 1) await post('/settings', { form: 'name', name: `Ada ${time}` });
  const told = (body: string) =>
    [...body.matchAll(/<h2>([^<]+)<\/h2><p class="quiet"><time/g)].map(([, what]) => what);

  const first = await get('/activity?limit=3');
  const older = /href="(\/activity\?before=[^"]+)"/.exec(first.body)?.[1] ?? '';
  const second = await get(older.replaceAll('&amp;', '&'));

  expect(told(first.body)).toEqual(['Name changed', 'Name changed', 'Name changed']);
  expect(told(second.body).at(-1)).toBe('Account created');
  expect(second.body).toContain('Back to the newest');
  expect((await get('/activity?before=nonsense')).status).toBe(422);
});

describe('closed sign-up', () => {
  const environment = { REQUIRE_VERIFIED_EMAIL: 'true' };

  test('asks to confirm the address first, for known ones as for unknown', async () => {
    const instance = start({ environment });
    const email = newAddress();
    const { post, get, client } = browse(instance);

    for (let time = 0; time < 2; time += 1) {
      const answer = await post('/sign-up', { email, password });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in']);
      expect(client.cookies.get('session_auth')).toBeUndefined();
      expect((await get('/sign-in')).body).toContain('Almost done.');
    }
  });

  test('lets in only after that, and sends the mail again', async () => {
    const instance = start({ environment });
    const email = newAddress();
    const { post, get } = browse(instance);
    await post('/sign-up', { email, password });

    const early = await post('/sign-in', { email, password });
    expect(early.status).toBe(401);
    expect(early.body).toContain('href="/verify-email"');
    expect((await get('/verify-email')).body).toContain('name="email"');
    const sent = await post('/verify-email', { email });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/sign-in']);

    const token = await tokenMailedTo(instance, email);
    const asked = await get(`/verify-email?token=${token}`);
    expect(asked.body).toContain('name="password"');
    expect(asked.body).toContain(email);
    for (const given of ['another password of four words', '']) {
      const refused = await post('/verify-email', { token, password: given });
      expect([refused.status, hidden(refused.body, 'token')]).toEqual([403, token]);
      expect(refused.body).toContain(given ? 'Use the link of your own sign-up' : 'must be filled in');
      expect(refused.body).toContain('id="confirm-password-error"');
    }
    const confirmed = await post('/verify-email', { token, password });
    expect([confirmed.status, confirmed.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await get(`/verify-email?token=${token}`)).body).not.toContain('name="password"');
    expect((await post('/sign-in', { email, password })).headers.get('location')).toBe('/');
  });
});
