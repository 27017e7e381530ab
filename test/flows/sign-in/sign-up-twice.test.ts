import { describe, expect, test } from 'vitest';
import { browse, password as pagePassword } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { newAddress, otherPassword, type Person, person, signedUp } from '../../support/person.ts';

const { database, start } = testInstances('sign_up_twice');

const taken = { status: 409, code: 'email_taken' };
const users = () => database.db().collection('users');
const sessionsOf = (userId: string) => database.db().collection('sessions').countDocuments({ userId });

/** The same person on another instance, in another tab: with no cookie yet. */
const onAnother = (someone: Person) => someone.elsewhere({ instance: start() });

describe.each(eventSources)('over $name', (source) => {
  test('a sign-up asked for twice is a success both times: one account, one mail, a cookie each', async () => {
    const instance = start();
    const ada = person({ instance, source });
    const again = onAnother(ada);

    const [first, second] = [await ada.signUp(), await again.signUp()];

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json().user).toEqual(first.json().user);
    expect(second.json().session.id).not.toBe(first.json().session.id);
    expect([await ada.status(), await again.status()]).toEqual([200, 200]);
    expect(await users().countDocuments({ email: ada.email })).toBe(1);
    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  });
});

test('at once on two instances, too, in whatever case the address is written', async () => {
  for (let round = 0; round < 10; round += 1) {
    const instance = start();
    const ada = person({ instance });
    const tabs = [ada, onAnother(ada), ada.elsewhere({ instance: start(), email: ada.email.toUpperCase() })];

    const answers = await Promise.all(tabs.map((each) => each.signUp()));

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const ids = answers.map((answer) => answer.json().user.id);
    expect(new Set(ids).size).toBe(1);
    for (const tab of tabs) expect(await tab.status()).toBe(200);
    expect(await sessionsOf(ids[0])).toBe(3);
    expect(await users().countDocuments({ emailKey: ada.email })).toBe(1);
    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  }
});

test('in the same browser, whichever answer it keeps', async () => {
  const ada = await signedUp({ instance: start() });
  const before = ada.cookies.all();

  expect((await ada.signUp()).status).toBe(201);

  expect(ada.cookies.all()).not.toEqual(before);
  expect(await ada.status()).toBe(200);
});

describe('what is no repeat is told that the address is taken:', () => {
  test('another password, another network, a minute later', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance, ip: '198.51.100.1' });

    const other = ada.elsewhere({ password: otherPassword });
    const elsewhere = ada.elsewhere({ ip: '203.0.113.1' });
    for (const each of [other, elsewhere]) {
      const answer = await each.signUp();
      expect(answer.json()).toMatchObject(taken);
      expect(answer.cookies).toEqual([]);
    }
    clock.pass(59);
    expect((await ada.elsewhere().signUp()).status).toBe(201);
    clock.pass(1);
    expect((await ada.elsewhere().signUp()).json()).toMatchObject(taken);
  });

  test('who only tried to sign up in the same minute, from elsewhere, cannot guess the password', async () => {
    const victim = await signedUp({ instance: start(), ip: '198.51.100.2' });
    const attacker = victim.elsewhere({ ip: '203.0.113.2', password: otherPassword });

    // A race that the attacker lost.
    const answers = await Promise.all([attacker.signUp(), attacker.elsewhere().signUp()]);
    answers.push(await attacker.elsewhere({ password: victim.password }).signUp());

    for (const answer of answers) expect(answer.json()).toMatchObject(taken);
  });

  test('an account of the same network that its owner has left', async () => {
    const ada = await signedUp({ instance: start() });
    const { id } = (await ada.auth.get('/auth/session')).json().user;
    await ada.account.delete('/account', { currentPassword: ada.password });

    const anew = await ada.elsewhere().signUp();

    expect(anew.status).toBe(201);
    expect(anew.json().user.id).not.toBe(id);
  });

  test('who changed the password meanwhile', async () => {
    const ada = await signedUp({ instance: start() });
    await ada.account.post('/account/password', {
      currentPassword: ada.password,
      newPassword: otherPassword,
    });

    expect((await ada.elsewhere().signUp()).json()).toMatchObject(taken);
  });
});

test('guesses count as sign-ups: no more than twenty an hour', async () => {
  const instance = start({ environment: { RATE_LIMIT_FACTOR: '1' } });
  const ada = await signedUp({ instance, ip: '198.51.100.3' });

  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) => ada.elsewhere({ password: `a guess of thirty, ${n}` }).signUp()),
  );

  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array<number>(19).fill(409), ...Array<number>(11).fill(429)]);
  expect((await ada.elsewhere().signUp()).status).toBe(429);
});

test('a mark of it holds no address and no password, and is gone with its user', async () => {
  const ada = await signedUp({ instance: start() });
  const repeats = () => database.db().collection('repeats').find().toArray();
  const { id } = (await ada.auth.get('/auth/session')).json().user;

  expect((await repeats()).some(({ subject }) => subject === id)).toBe(true);
  for (const secret of [ada.email, ada.password, '$2b$'])
    expect(JSON.stringify(await repeats())).not.toContain(secret);

  await ada.account.delete('/account', { currentPassword: ada.password });
  expect(JSON.stringify(await repeats())).not.toContain(id);
});

test('the form sent twice leads home both times', async () => {
  const fields = { email: newAddress('form'), password: pagePassword };
  const answers = await Promise.all([start(), start()].map((each) => browse(each).post('/sign-up', fields)));

  expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
    [303, '/'],
    [303, '/'],
  ]);
});
