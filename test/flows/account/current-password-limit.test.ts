import { describe, expect, test } from 'vitest';
import { emailKey } from '../../../lib/users/email.ts';
import { browse } from '../../support/browse.ts';
import { ageCounters } from '../../support/counters.ts';
import { eventSources } from '../../support/events.ts';
import {
  address,
  failures,
  home,
  limitedInstances,
  minute,
  outcome,
  password,
  statuses,
  times,
} from '../../support/limited-instances.ts';
import { newAddress, otherPassword, type Person, person, signedUp } from '../../support/person.ts';

const { database, instances, limits } = limitedInstances('current_password_limit');
const [here, there] = instances;

const wrong = 'a guess that is wrong';
const changing = (currentPassword: string) => ({ currentPassword, newPassword: otherPassword });
/** A sign-up is limited too: each from an address of its own. */
let homes = 0;
const someone = (options: Partial<Parameters<typeof signedUp>[0]> = {}): Promise<Person> => {
  homes += 1;
  return signedUp({ instance: here, password, ip: `192.0.2.${homes}`, ...options });
};
const change = ({ account }: Person, given = wrong) => account.post('/account/password', changing(given));
/** Somebody else with a copy of the session's cookie. */
const thiefOf = (owner: Person, instance = there): Person => {
  const thief = owner.elsewhere({ instance, ip: '203.0.113.99' });
  for (const [name, value] of Object.entries(owner.cookies.all())) thief.cookies.set(name, value);
  return thief;
};

describe.each(eventSources)('over $name', (source) => {
  test('the tenth wrong current password is told, ends the session and clears its cookie', async () => {
    const ada = await someone({ source });
    const phone = ada.elsewhere();
    await phone.signIn();
    const kept = ada.cookies.all();

    const answers = [];
    for (let at = 0; at < 10; at += 1) answers.push(await change(ada));

    expect(statuses(answers)).toEqual({ 403: 10 });
    for (const answer of answers) expect(answer.json().code).toBe('wrong_password');
    expect(answers.map(({ cookies }) => cookies.length)).toEqual([...Array(9).fill(0), 1]);
    expect(answers[9]?.cookies[0]).toMatch(/session\w*=;.*Expires=Thu, 01 Jan 1970/);
    const again = person({ instance: there });
    for (const [name, value] of Object.entries(kept)) again.cookies.set(name, value);
    expect(await again.status()).toBe(401);
    expect((await change(again, password)).status).toBe(401);
    expect(await phone.status()).toBe(200);
  });
});

test.each([
  [
    'a new password',
    ({ account }: Person, given: string) => account.post('/account/password', changing(given)),
  ],
  [
    'a new address',
    ({ account }: Person, given: string) =>
      account.post('/account/email', { currentPassword: given, newEmail: newAddress() }),
  ],
  ['leaving', ({ account }: Person, given: string) => account.delete('/account', { currentPassword: given })],
])(
  'of 40 guesses at once over two instances, for %s, ten are looked at and the others find no session',
  async (_for, ask) => {
    const owner = await someone();
    const thieves = [thiefOf(owner, here), thiefOf(owner, there)];

    const answers = await times(40, (at) => ask(thieves[at % 2]!, wrong));

    expect(statuses(answers)).toEqual({ 403: 10, 401: 30 });
    for (const answer of answers)
      expect(answer.json().code).toBe(answer.status === 403 ? 'wrong_password' : 'not_signed_in');
    expect(await owner.status()).toBe(401);
    expect((await owner.elsewhere().signIn()).status).toBe(200);
  },
);

test('the right one among those over ten is not looked at', async () => {
  const owner = await someone();
  const { user, session } = (await owner.auth.get('/auth/session')).json();
  await times(10, () => limits.currentPassword({ userId: user.id, sessionId: session.id }));

  expect((await change(owner, password)).status).toBe(401);
  expect((await owner.elsewhere().signIn()).status).toBe(200);
});

test('what a thief guesses in a stolen session does not keep the owner in another one from a change', async () => {
  const owner = await someone();
  const laptop = owner.elsewhere();
  await laptop.signIn();
  const thief = thiefOf(laptop);

  for (let at = 0; at < 12; at += 1) await change(thief);

  expect((await change(owner, password)).status).toBe(204);
});

test('the right one clears what was wrong in that session', async () => {
  const owner = await someone();
  for (const last of [password, wrong]) {
    for (let at = 0; at < 9; at += 1) expect((await change(owner)).status).toBe(403);
    const request = { currentPassword: last, newEmail: newAddress() };
    const answer = await owner.account.post('/account/email', request);
    expect(answer.status).toBe(last === password ? 202 : 403);
  }
  expect(await owner.status()).toBe(401);
});

test('wrong ones are forgotten after 15 minutes', async () => {
  const owner = await someone();
  for (let at = 0; at < 9; at += 1) await change(owner);

  await ageCounters(database.db(), 15 * minute + 1);

  for (let at = 0; at < 9; at += 1) expect((await change(owner)).status).toBe(403);
  expect((await change(owner, password)).status).toBe(204);
});

test('ASVS 6.3.1: wrong current passwords count towards the account’s hundred', async () => {
  const owner = await someone();
  await failures(95, (at) => limits.signIn(emailKey(owner.email), address(at)));
  for (let at = 0; at < 5; at += 1) expect((await change(owner)).status).toBe(403);

  expect(await outcome(limits.signIn(emailKey(owner.email), home))).toBe(429);
});

test('a change of password is made while sign-in is locked, and opens it', async () => {
  const owner = await someone();
  const stranger = person({ instance: there, email: owner.email, ip: '198.51.100.77' });
  await failures(100, (at) => limits.signIn(emailKey(owner.email), address(at)));
  expect((await stranger.signIn(password)).status).toBe(429);

  expect((await change(owner, password)).status).toBe(204);

  expect((await stranger.signIn(otherPassword)).status).toBe(200);
});

test('the activity says that the session has ended', async () => {
  const owner = await someone();
  const thief = thiefOf(owner);
  for (let at = 0; at < 10; at += 1) await change(thief);
  const laptop = owner.elsewhere();
  await laptop.signIn();

  const { events } = (await laptop.account.get('/account/activity?limit=20')).json();

  const types = events.map(({ type }: { type: string }) => type);
  expect(types.slice(0, 3)).toEqual(['sign_in', 'session_ended', 'wrong_password']);
});

describe('on the page of settings', () => {
  test('the tenth is told with 403, clears the cookie and ends the session', async () => {
    const { email } = await someone();
    const browser = browse(here);
    await browser.post('/sign-in', { email, password });
    const fields = { form: 'password', currentPassword: wrong, newPassword: otherPassword };

    const answers = await times(9, () => browser.post('/settings', fields));
    const tenth = await browser.post('/settings', fields);

    expect(statuses([...answers, tenth])).toEqual({ 403: 10 });
    expect(answers[0]?.body).toContain('is wrong');
    expect(tenth.headers.get('content-type')).toMatch(/^text\/html/);
    expect(tenth.body).toContain('this session has ended');
    expect(tenth.cookies.join()).toMatch(/session\w*=;/);
    expect((await browser.get('/settings')).status).toBe(303);
  });
});
