import { describe, expect, test } from 'vitest';
import { browse, password as pagePassword, signedUp as pageSignedUp } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources, type TestAnswer } from '../../support/events.ts';
import { createGate } from '../../support/gates.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import {
  otherPassword,
  type Person,
  type PersonOptions,
  signedUp,
  strongPassword,
} from '../../support/person.ts';
import { besideDevice } from '../../support/session-cookie.ts';
import { withApp } from '../../support/totp.ts';

const { database, start } = testInstances('password_change_twice');

const passwords = { currentPassword: strongPassword, newPassword: otherPassword };
const change = ({ account }: Person, body: object = passwords, options = {}) =>
  account.post('/account/password', body, options);

/** Another request of the same browser, sent before it got any answer, on another instance. */
function beside(someone: Person, options: Partial<PersonOptions> = {}): Person {
  const twin = someone.elsewhere({ instance: start(), ...options });
  for (const [name, value] of Object.entries(someone.cookies.all())) twin.cookies.set(name, value);
  return twin;
}

const sessionOf = async ({ auth }: Person) => (await auth.get('/auth/session')).json();
const eventsOf = async (userId: string) =>
  (await database.db().collection('events').find({ userId }).toArray()).map(({ type }) => type);

/** Both are in by the cookies of their own answers, nobody else is, and it was one change. */
async function expectOneChange(both: Person[], answers: TestAnswer[], instance: Instance): Promise<void> {
  expect(answers.map(({ status, body }) => [status, body])).toEqual(both.map(() => [204, '']));
  for (const answer of answers) expect(besideDevice(answer)).toHaveLength(1);
  const seen = await Promise.all(both.map(sessionOf));
  const { id } = seen[0].user;
  const live = await database.db().collection('sessions').find({ userId: id }).toArray();
  expect(live.map(({ _id }) => String(_id)).sort()).toEqual(seen.map(({ session }) => session.id).sort());
  const events = await eventsOf(id);
  expect(events.filter((type) => type === 'password_changed')).toHaveLength(1);
  expect(events).not.toContain('wrong_password');
  expect(events).not.toContain('sign_in_failed');
  const subjects = (await mailsTo(instance, both[0]!.email)).map(({ subject }) => subject);
  expect(subjects.filter((subject) => subject.includes('has been changed'))).toHaveLength(1);
  expect((await both[0]!.elsewhere().signIn(otherPassword)).status).toBe(200);
  expect((await both[0]!.elsewhere().signIn(strongPassword)).status).toBe(401);
}

/** Calls `at` before each command that an instance sends, and waits for it. */
function beforeCommands({ link }: Instance, at: (nth: number) => Promise<void> | undefined) {
  const { run } = link;
  let sent = 0;
  link.run = async (operation) => {
    sent += 1;
    await at(sent);
    return run(operation);
  };
  return () => sent;
}

describe.each(eventSources)('over $name', (source) => {
  test('a change of password asked for twice is a success both times, at once and one after the other', async () => {
    const instance = start();
    const desk = await signedUp({ instance, source });
    await desk.elsewhere().signIn();
    const [second, third] = [beside(desk), beside(desk)];

    const answers = await Promise.all([change(desk), change(second)]);
    answers.push(await change(third));

    await expectOneChange([desk, second, third], answers, instance);
  });
});

test('wherever the second is when the first is done', async () => {
  for (let nth = 1; ; nth += 1) {
    const [here, there] = [start(), start()];
    const desk = await signedUp({ instance: here });
    const twin = beside(desk, { instance: there });
    const gate = createGate();
    const sent = beforeCommands(there, (at) => (at === nth ? gate.pass() : undefined));

    const second = change(twin);
    await Promise.race([gate.arrived(1), second]);
    // Where the second is about to make the change, the first waits for it: by then it has asked so often.
    const held = await database.db().collection('users').findOne({ email: desk.email });
    if (held?.lockedBy) beforeCommands(here, (at) => void (at === 8 && gate.open()));
    const first = await change(desk);
    gate.open();

    const answers = [first, await second];
    if (sent() < nth) break;
    await expectOneChange([desk, twin], answers, here);
    expect(nth).toBeLessThan(40);
  }
}, 120_000);

test('wherever the first is when the second comes', async () => {
  for (let nth = 1; ; nth += 1) {
    const [here, there] = [start(), start()];
    const desk = await signedUp({ instance: here });
    const twin = beside(desk, { instance: there });
    const gate = createGate();
    const sent = beforeCommands(here, (at) => (at === nth ? gate.pass() : undefined));
    // It has looked at the session, the mark and the account by then.
    beforeCommands(there, (at) => void (at === 4 && gate.open()));

    const first = change(desk);
    await Promise.race([gate.arrived(1), first]);
    const second = change(twin).finally(gate.open);

    const answers = await Promise.all([first, second]);
    if (sent() < nth) break;
    await expectOneChange([desk, twin], answers, here);
    expect(nth).toBeLessThan(40);
  }
}, 120_000);

test('to the password that one has, too', async () => {
  for (let round = 0; round < 5; round += 1) {
    const desk = await signedUp({ instance: start() });
    const same = { currentPassword: strongPassword, newPassword: strongPassword };
    const twin = beside(desk);

    const answers = await Promise.all([change(desk, same), change(twin, same)]);

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect([await desk.status(), await twin.status()]).toEqual([200, 200]);
  }
});

test('the data of the application stays where the session was there still', async () => {
  const desk = await signedUp({ instance: start() });
  const { session } = await sessionOf(desk);
  const sessions = database.db().collection<{ _id: string }>('sessions');
  await sessions.updateOne({ _id: session.id }, { $set: { session: { cart: ['lamp'] } } });
  const twin = beside(desk);
  const gate = createGate();
  const holding = start();
  const held = beside(desk, { instance: holding });
  beforeCommands(holding, (at) => (at === 2 ? gate.pass() : undefined));
  const late = change(held);
  await gate.arrived(1);
  await change(twin);
  gate.open();

  expect((await late).status).toBe(204);
  const after = await sessionOf(held);
  expect(await sessions.findOne({ _id: after.session.id })).toMatchObject({ session: { cart: ['lamp'] } });
});

test('of a session that ends with the browser, what comes of it ends with that too', async () => {
  const owner = await signedUp({ instance: start() });
  const desk = owner.elsewhere();
  const { email, password } = owner;
  await desk.auth.post('/auth/sign-in', { email, password, remember: false });
  const [second, third] = [beside(desk), beside(desk)];

  const answers = await Promise.all([change(desk), change(second)]);
  answers.push(await change(third));

  for (const answer of answers)
    expect(besideDevice(answer)).toEqual([expect.not.stringMatching(/max-age|expires/i)]);
  const { session } = await sessionOf(third);
  expect(Date.parse(session.expiresAt) - Date.parse(session.createdAt)).toBe(12 * 3_600_000);
});

describe('with a second factor', () => {
  test('that the session had shown, it is in by its own cookie as at first', async () => {
    const clock = testClock();
    const desk = await signedUp({ instance: start({ now: clock.now }) });
    await withApp(desk, clock);
    const twin = beside(desk, { instance: start({ now: clock.now }) });

    expect([(await change(desk)).status, (await change(twin)).status]).toEqual([204, 204]);

    expect((await sessionOf(twin)).session).toMatchObject({ assurance: 2 });
  });

  test.each<[string, (desk: Person) => Promise<TestAnswer>]>([
    ['signed out', ({ auth }) => auth.post('/auth/sign-out')],
    ['ended all sessions', ({ sessions }) => sessions.delete('/sessions?all=true')],
  ])('it waits for that once who made the change has %s', async (_what, end) => {
    const clock = testClock();
    const desk = await signedUp({ instance: start({ now: clock.now }) });
    const { code } = await withApp(desk, clock);
    const twin = beside(desk, { instance: start({ now: clock.now }) });
    expect((await change(desk)).status).toBe(204);
    expect((await end(desk)).status).toBe(204);
    clock.pass(30);

    expect((await change(twin)).status).toBe(204);

    expect(await sessionOf(twin)).toMatchObject({ status: 401, code: 'second_factor_needed' });
    expect((await twin.auth.post('/auth/second-factor', { code: code() })).status).toBe(200);
  });

  test('that came after the first, it waits for that', async () => {
    const clock = testClock();
    const desk = await signedUp({ instance: start({ now: clock.now }) });
    const twin = beside(desk, { instance: start({ now: clock.now }) });
    expect((await change(desk)).status).toBe(204);
    const { code } = await withApp(desk, clock);
    clock.pass(30);

    expect((await change(twin)).status).toBe(204);

    expect(await sessionOf(twin)).toMatchObject({ status: 401, code: 'second_factor_needed' });
    expect((await twin.auth.post('/auth/second-factor', { code: code() })).status).toBe(200);
  });
});

describe('an old cookie is no way in', () => {
  const notSignedIn = { status: 401, code: 'not_signed_in' };

  /** Somebody whose password has just been changed, and one who has the cookie from before. */
  async function changedBy(options: Partial<PersonOptions> = {}) {
    const clock = testClock();
    const instance = start({ now: clock.now, environment: { RATE_LIMIT_FACTOR: '1' } });
    const owner = await signedUp({ instance, ip: '198.51.100.1', ...options });
    const thief = beside(owner, { instance });
    expect((await change(owner)).status).toBe(204);
    return { clock, instance, owner, thief };
  }

  test('with a guess it is a failed sign-in: 401 as without it, five in all', async () => {
    const { instance, owner, thief } = await changedBy();
    const guess = (n: number) => ({ currentPassword: strongPassword, newPassword: `a guess, the ${n}th` });
    const cookies = thief.cookies.all();

    const answers: TestAnswer[] = [];
    for (let n = 0; n < 7; n += 1) answers.push(await change(thief, guess(n), { cookies }));

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(answers[0]!.json()).toMatchObject(notSignedIn);
    for (const answer of answers) expect(answer.cookies).toEqual([]);
    // Not even the right one is looked at any more, neither here nor at sign-in.
    expect((await change(thief, passwords, { cookies })).status).toBe(429);
    expect((await owner.elsewhere().signIn(otherPassword)).status).toBe(429);
    const { user } = await sessionOf(owner);
    expect((await eventsOf(user.id)).filter((type) => type === 'sign_in_failed')).toHaveLength(5);
    expect(await mailsTo(instance, owner.email)).toHaveLength(2);
  });

  test('of many guesses at once no more are looked at', async () => {
    const { thief } = await changedBy();
    const cookies = thief.cookies.all();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        change(thief, { currentPassword: 'x', newPassword: `a guess of twenty, ${n}` }, { cookies }),
      ),
    );

    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5);
    expect(answers.every(({ status }) => status === 401 || status === 429)).toBe(true);
  });

  test.each([
    ['from another network', { ip: '203.0.113.9' }, 0],
    ['after a minute', {}, 60],
  ])('%s it is nothing, with the right password too', async (_when, options, seconds) => {
    const { clock, instance, thief } = await changedBy();
    clock.pass(seconds);
    const other = beside(thief, { instance, ...options });

    for (const body of [passwords, {}]) {
      const answer = await change(other, body);
      expect(answer.json()).toMatchObject(notSignedIn);
      expect(answer.cookies).toEqual([]);
    }
  });

  test('of a session that only ended by it, or that nobody signed, it is nothing', async () => {
    const instance = start();
    const desk = await signedUp({ instance });
    const phone = desk.elsewhere();
    await phone.signIn();
    const forged = desk.elsewhere();
    const [name, value = ''] = Object.entries(desk.cookies.all())[0] ?? [];
    forged.cookies.set(String(name), `${value.slice(0, -6)}AAAAAA`);
    await change(desk);

    for (const each of [phone, forged]) expect((await change(each)).json()).toMatchObject(notSignedIn);
  });

  test('it opens no other route, and no other form', async () => {
    const { thief } = await changedBy();
    const cookies = thief.cookies.all();
    const currentPassword = otherPassword;

    const answers = [
      await thief.auth.get('/auth/session', { cookies }),
      await thief.account.get('/account', { cookies }),
      await thief.account.get('/account/export', { cookies }),
      await thief.account.post('/account/email', { currentPassword, newEmail: 'x@example.com' }, { cookies }),
      await thief.account.delete('/account', { currentPassword }, { cookies }),
      await thief.sessions.get('/sessions', { cookies }),
    ];
    for (const answer of answers) expect(answer.json()).toMatchObject(notSignedIn);
  });

  test('a session that is there gets no second guess by it', async () => {
    const desk = await signedUp({ instance: start() });
    const wrong = { currentPassword: 'not the password at all', newPassword: strongPassword };

    expect((await change(desk, wrong)).json()).toMatchObject({ status: 403, code: 'wrong_password' });
    expect((await change(desk)).status).toBe(204);
    expect((await change(desk, { ...wrong, newPassword: otherPassword })).json()).toMatchObject({
      code: 'wrong_password',
    });
  });

  test('another device that wants the same password at once is no repeat', async () => {
    const [here, there] = [start(), start()];
    const desk = await signedUp({ instance: here });
    const phone = desk.elsewhere({ instance: there });
    await phone.signIn();

    const answers = await Promise.all([change(desk), change(phone)]);

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([401, 403]).toContain(statuses[1]);
  });
});

describe('the form of the settings', () => {
  const fields = { form: 'password', currentPassword: pagePassword, newPassword: otherPassword };

  test('sent twice is saved both times, at once and after', async () => {
    const desk = await pageSignedUp(start());
    const cookies = desk.client.cookies.all();
    const other = browse(start());

    const answers = await Promise.all([
      desk.post('/settings', fields),
      other.post('/settings', fields, { cookies }),
    ]);
    answers.push(await browse(start()).post('/settings', fields, { cookies }));

    for (const answer of answers)
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/settings']);
    expect((await desk.get('/settings')).status).toBe(200);
    expect((await other.get('/settings')).status).toBe(200);
  });

  test('with an old cookie and anything else leads to signing in', async () => {
    const desk = await pageSignedUp(start());
    const cookies = desk.client.cookies.all();
    await desk.post('/settings', fields);
    const old = browse(start({ environment: { RATE_LIMIT_FACTOR: '1' } }));

    const sent = [
      { form: 'name', name: 'Mallory' },
      { form: 'email', currentPassword: otherPassword, newEmail: 'x@example.com' },
      { form: 'leave', currentPassword: otherPassword },
      { form: 'nonsense' },
      ...Array.from({ length: 6 }, (_, n) => ({ ...fields, newPassword: `a guess of six, ${n}` })),
    ];
    for (const each of sent) {
      const answer = await old.post('/settings', each as Record<string, string>, { cookies });
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fsettings']);
    }
    expect((await desk.get('/settings')).body).not.toContain('Mallory');
  });
});
