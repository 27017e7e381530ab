import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { changed, confirmed, invalidToken, undo, verify } from '../../support/addresses.ts';
import { type TestClock, testClock } from '../../support/clock.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { newAddress, otherPassword, type Person, person, signedUp } from '../../support/person.ts';

/** A double click, or a repeat after a lost answer: whatever succeeded is the same success a minute long. */

const { database, start } = testInstances('asked_twice');

const thirdPassword = 'eleven tin boats at anchor';
const reset = ({ auth }: Person, token: string, newPassword = otherPassword) =>
  auth.post('/auth/password/reset', { token, newPassword });
const forgot = ({ auth }: Person, email: string) => auth.post('/auth/password/forgot', { email });
const withToken = (ask: (someone: Person, token: string, newPassword?: string) => Promise<TestAnswer>) => ask;

/** What a link of a mail does, and how somebody comes to have one. */
const links = {
  reset: {
    ask: withToken(reset),
    arrange: async (instance: Instance, ada: Person) => {
      await forgot(person({ instance }), ada.email);
      return tokenTo(instance, ada.email, '/reset-password');
    },
    event: 'password_reset',
  },
  confirmation: {
    ask: withToken((someone, token) => verify(someone, token)),
    arrange: (instance: Instance, ada: Person) => tokenTo(instance, ada.email, '/verify-email'),
    event: 'email_verified',
  },
  undo: {
    ask: withToken(undo),
    arrange: async (instance: Instance, ada: Person) => {
      await confirmed(instance, ada);
      await changed(instance, ada, newAddress('thief'));
      return tokenTo(instance, ada.email, '/undo-email');
    },
    event: 'email_change_undone',
  },
} as const;

type Name = keyof typeof links;
const names = Object.keys(links) as Name[];

async function arranged(name: Name, clock?: TestClock) {
  const options = { environment: { RATE_LIMIT_FACTOR: '1' }, ...(clock && { now: clock.now }) };
  const [here, there] = [start(options), start(options)];
  const ada = await signedUp({ instance: here, ip: '192.0.2.1' });
  const { user } = (await ada.auth.get('/auth/session')).json();
  const token = await links[name].arrange(here, ada);
  const from = (instance: Instance, ip: string) => person({ instance, ip });
  const timesDone = () =>
    database.db().collection('events').countDocuments({ userId: user.id, type: links[name].event });
  return { here, there, ada, token, from, timesDone, ask: links[name].ask };
}

describe.each(names)('a %s', (name) => {
  test('asked for twice is a success both times, at once and 200 milliseconds apart, on two instances', async () => {
    for (const gap of [0, 200]) {
      const { here, there, token, from, timesDone, ask } = await arranged(name);
      const ip = `192.0.2.${10 + gap / 100}`;

      const first = ask(from(here, ip), token);
      await delay(gap);
      const second = ask(from(there, ip), token);

      expect([(await first).status, (await second).status]).toEqual([204, 204]);
      expect(await timesDone()).toBe(1);
    }
  });

  test('from another network address, or after a minute, is told that the link has been used', async () => {
    const clock = testClock();
    const { here, token, from, ask } = await arranged(name, clock);
    expect((await ask(from(here, '192.0.2.20'), token)).status).toBe(204);

    const elsewhere = await ask(from(here, '192.0.2.21'), token);
    clock.pass(61);
    const later = await ask(from(here, '192.0.2.20'), token);

    for (const answer of [elsewhere, later]) {
      expect(answer.json()).toMatchObject(invalidToken);
      expect(answer.json().detail).toMatch(/has been used|has done|already/i);
    }
  });

  test('whose link is opened again and again counts as no wrong token', async () => {
    const { here, token, from, ask } = await arranged(name);
    await ask(from(here, '192.0.2.30'), token);

    for (let n = 0; n < 25; n += 1)
      expect((await ask(from(here, '192.0.2.31'), token)).json()).toMatchObject(invalidToken);
  });
});

describe.each(['reset', 'undo'] as const)('a %s', (name) => {
  test('asked for again with another password is none, changes nothing, and counts as a guess', async () => {
    const { here, ada, token, from, ask } = await arranged(name);
    const caller = from(here, name === 'undo' ? '192.0.2.40' : '192.0.2.41');
    expect((await ask(caller, token, otherPassword)).status).toBe(204);

    for (let n = 0; n < 20; n += 1)
      expect((await ask(caller, token, thirdPassword)).json()).toMatchObject(invalidToken);

    expect((await ask(caller, token, thirdPassword)).json()).toMatchObject({ code: 'rate_limited' });
    expect((await ada.elsewhere().signIn(thirdPassword)).status).toBe(401);
    expect((await ada.elsewhere().signIn(otherPassword)).status).toBe(200);
  });
});

describe('a forgotten password', () => {
  test('asked for twice by the same caller is mailed once, and the first link lives', async () => {
    const [here, there] = [start(), start()];
    const ada = await signedUp({ instance: here });
    const before = (await mailsTo(here, ada.email)).length;

    const answers = await Promise.all(
      [here, there, here].map((instance) => forgot(person({ instance, ip: '192.0.2.50' }), ada.email)),
    );

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await mailsTo(here, ada.email)).toHaveLength(before + 1);
    const token = await tokenTo(here, ada.email, '/reset-password');
    expect((await reset(person({ instance: here }), token)).status).toBe(204);
  });

  test('is mailed again after a minute, and to another caller at once', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const before = (await mailsTo(instance, ada.email)).length;

    await forgot(person({ instance, ip: '192.0.2.51' }), ada.email);
    await forgot(person({ instance, ip: '192.0.2.52' }), ada.email);
    clock.pass(61);
    await forgot(person({ instance, ip: '192.0.2.51' }), ada.email);

    expect(await mailsTo(instance, ada.email)).toHaveLength(before + 3);
  });
});

describe.each(eventSources)('over $name', (source) => {
  test('the page of a link that did its work says what it did, and whose it was', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    const token = await tokenTo(instance, ada.email, '/verify-email');
    const path = `/verify-email?token=${token}`;
    const browser = person({ instance, source, ip: '192.0.2.60' });
    expect((await browser.pages.get(path)).body).toContain(ada.email);
    await verify(browser, token);

    const again = await browser.pages.get(path);

    expect(again.status).toBe(200);
    expect(again.body).toContain('Your e-mail address is confirmed');
    expect(again.body).toContain('href="/sign-in"');
  });

  test('a link that is opened where somebody else is signed in tells nothing on their pages', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    const eve = await signedUp({ instance, source });
    const token = await tokenTo(instance, ada.email, '/verify-email');
    const path = `/verify-email?token=${token}`;

    const opened = await eve.pages.get(path);
    expect(opened.body).toContain(ada.email);
    expect(opened.body).toContain(eve.email);
    const done = await eve.pages.request({
      method: 'POST',
      path: '/verify-email',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token }).toString(),
    });

    expect([done.status, done.headers.get('location')]).toEqual([303, path]);
    expect((await eve.pages.get('/')).body).not.toContain('is confirmed');
    const shown = await eve.pages.get(path);
    expect(shown.body).toContain(ada.email);
    expect(shown.body).toMatch(/action="\/sign-out"/);
    expect(await eve.status()).toBe(200);
  });
});
