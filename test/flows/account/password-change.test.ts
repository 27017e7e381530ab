import { describe, expect, test } from 'vitest';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo } from '../../support/mail.ts';
import { otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';

const { database, start } = testInstances('password_change');

const change = ({ account }: Person, currentPassword = strongPassword, newPassword = otherPassword) =>
  account.post('/account/password', { currentPassword, newPassword });

describe.each(eventSources)('over $name', (source) => {
  test('ASVS 7.4.3: a changed password ends every other session, and the old password', async () => {
    const instance = start();
    const desk = await signedUp({ instance, source });
    const phone = desk.elsewhere();
    await phone.signIn();
    const oldCookie = desk.cookies.get('session_auth');

    const answer = await change(desk);

    expect(answer.status).toBe(204);
    expect(await desk.status()).toBe(200);
    expect(await phone.status()).toBe(401);
    expect(desk.cookies.get('session_auth')).not.toBe(oldCookie);
    const withOldCookie = desk.elsewhere();
    withOldCookie.cookies.set('session_auth', String(oldCookie));
    expect(await withOldCookie.status()).toBe(401);
    expect((await phone.signIn(strongPassword)).status).toBe(401);
    expect((await phone.signIn(otherPassword)).status).toBe(200);
  });
});

test("re-authentication gives a new id, and the application's data goes along", async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const { id } = (await ada.auth.get('/auth/session')).json().session;
  const sessions = database.db().collection<{ _id: string }>('sessions');
  await sessions.updateOne({ _id: id }, { $set: { session: { cart: ['lamp'] } } });

  await change(ada);

  const after = (await ada.auth.get('/auth/session')).json().session;
  expect(after.id).not.toBe(id);
  expect(await sessions.findOne({ _id: after.id })).toMatchObject({ session: { cart: ['lamp'] } });
});

test('ASVS 6.3.7: the user is told by mail', async () => {
  const instance = start();
  const ada = await signedUp({ instance });

  await change(ada);

  const [mail] = await mailsTo(instance, ada.email);
  expect(mail?.subject).toBe('Your password at localhost:3000 has been changed');
  expect(linkIn(mail!).href).toBe('http://localhost:3000/forgot-password');
});

describe('ASVS 6.2.3: a change needs the current password', () => {
  test('a wrong one is told before anything else, and changes nothing', async () => {
    const instance = start();
    const desk = await signedUp({ instance });
    const phone = desk.elsewhere();
    await phone.signIn();

    const answer = await change(desk, 'not the password at all', 'short');

    expect(answer.json()).toMatchObject({
      status: 403,
      code: 'wrong_password',
      errors: [{ path: 'currentPassword', message: 'is wrong' }],
    });
    expect(await phone.status()).toBe(200);
    expect((await desk.elsewhere().signIn()).status).toBe(200);
  });

  test('a weak new one is refused, and changes nothing', async () => {
    const desk = await signedUp({ instance: start() });

    const answer = await change(desk, strongPassword, 'short');

    expect(answer.json()).toMatchObject({
      status: 422,
      code: 'weak_password',
      errors: [{ path: 'newPassword', message: expect.any(String) }],
    });
    expect((await desk.elsewhere().signIn()).status).toBe(200);
  });

  test('ten wrong ones in 15 minutes, then no guess is looked at: the session has ended', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    const answers = await Promise.all(Array.from({ length: 14 }, () => change(ada, 'a guess that is wrong')));

    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(4).fill(401),
      ...Array<number>(10).fill(403),
    ]);
    expect((await change(ada)).json()).toMatchObject({ status: 401, code: 'not_signed_in' });
  });
});

test('of two changes at once one is made, and the other finds its password outdated', async () => {
  const [here, there] = [start(), start()];
  const desk = await signedUp({ instance: here });
  const phone = desk.elsewhere({ instance: there });
  await phone.signIn();

  const answers = await Promise.all([
    change(desk, strongPassword, otherPassword),
    change(phone, strongPassword, 'eleven slow ferries at dusk'),
  ]);

  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses[0]).toBe(204);
  expect([401, 403]).toContain(statuses[1]);
  const inWith = await Promise.all(
    [otherPassword, 'eleven slow ferries at dusk', strongPassword].map(
      async (password) => (await desk.elsewhere().signIn(password)).status,
    ),
  );
  expect(inWith.filter((status) => status === 200)).toHaveLength(1);
  expect(inWith[2]).toBe(401);
});

test('no sign-in with the old password outlives a change that runs beside it', async () => {
  const [here, there] = [start(), start()];
  const desk = await signedUp({ instance: here });

  for (let round = 0; round < 5; round += 1) {
    const [from, to] = round % 2 === 0 ? [strongPassword, otherPassword] : [otherPassword, strongPassword];
    const intruders = Array.from({ length: 4 }, () => desk.elsewhere({ instance: there }));
    const [changed] = await Promise.all([
      change(desk, from, to),
      ...intruders.map(async (intruder) => intruder.signIn(from)),
    ]);

    expect(changed.status).toBe(204);
    for (const intruder of intruders) expect(await intruder.status()).toBe(401);
  }
});
