import { describe, expect, test } from 'vitest';
import { change, changed, confirmed, invalidToken, userOf, verify } from '../../support/addresses.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../support/mail.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../../support/person.ts';

const { start } = testInstances('email_change');

describe.each(eventSources)('over $name', (source) => {
  test('a changed address takes effect when it is confirmed, and the old one is told', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    await confirmed(instance, ada);
    const newEmail = newAddress('ada.new');

    const asked = await change(ada, newEmail);
    expect(asked.status).toBe(202);
    expect((await userOf(ada)).email).toBe(ada.email);

    const token = await tokenTo(instance, newEmail, '/verify-email');
    expect((await verify(person({ instance, source }), token)).status).toBe(204);

    expect(await userOf(ada)).toMatchObject({ email: newEmail, emailVerified: true });
    const [notice] = await mailsTo(instance, ada.email);
    expect(notice?.text).toContain(newEmail);
    expect(linkIn(notice!).pathname).toBe('/undo-email');
    expect((await ada.elsewhere().signIn()).status).toBe(401);
    expect((await ada.elsewhere({ email: newEmail }).signIn()).status).toBe(200);
  });
});

describe('changing the address', () => {
  test('ASVS 7.5.1: needs the current password, which is told before anything else', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const taken = await signedUp({ instance });

    const answer = await change(ada, taken.email, 'not the password at all');

    expect(answer.json()).toMatchObject({ status: 403, code: 'wrong_password' });
    expect(await mailsTo(instance, taken.email)).toHaveLength(1);
  });

  test("another user's address is answered the same; only its owner is told", async () => {
    const instance = start();
    const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];

    const [taken, free] = [await change(eve, ada.email.toUpperCase()), await change(eve, newAddress())];

    expect(taken.status).toBe(202);
    expect(taken.body).toBe(free.body);
    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toBe('This e-mail address already has an account at localhost:3000');
    expect(linkIn(mail!).pathname).toBe('/sign-in');
    expect((await userOf(eve)).email).toBe(eve.email);
  });

  test('an address that was taken before it is confirmed stays with who took it', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const wanted = newAddress('wanted');
    await change(ada, wanted);
    const token = await tokenTo(instance, wanted, '/verify-email');
    const eve = await signedUp({ instance, email: wanted });

    expect((await verify(ada, token)).json()).toMatchObject(invalidToken);

    expect((await userOf(ada)).email).toBe(ada.email);
    expect((await userOf(eve)).email).toBe(wanted);
    // No lock is left behind.
    expect((await ada.elsewhere().signIn()).status).toBe(200);
  });

  test('two who confirm the same address at once: one gets it', async () => {
    const [here, there] = [start(), start()];
    const people = [await signedUp({ instance: here }), await signedUp({ instance: there })];
    const wanted = newAddress('race');
    const tokens: string[] = [];
    for (const someone of people) {
      await change(someone, wanted);
      tokens.push(await tokenTo(here, wanted, '/verify-email'));
    }

    const answers = await Promise.all(people.map((someone, n) => verify(someone, tokens[n]!)));

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
    const emails = await Promise.all(people.map(async (someone) => (await userOf(someone)).email));
    expect(emails.filter((email) => email === wanted)).toHaveLength(1);
  });

  test('a newer change ends the older, and a changed password ends both', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const [first, second] = [newAddress('first'), newAddress('second')];
    await change(ada, first);
    await change(ada, second);
    expect((await verify(ada, await tokenTo(instance, first, '/verify-email'))).json()).toMatchObject(
      invalidToken,
    );

    await ada.account.post('/account/password', {
      currentPassword: strongPassword,
      newPassword: otherPassword,
    });

    expect((await verify(ada, await tokenTo(instance, second, '/verify-email'))).json()).toMatchObject(
      invalidToken,
    );
  });

  test('a reset link that went to the old address dies', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await ada.auth.post('/auth/password/forgot', { email: ada.email });
    const token = await tokenTo(instance, ada.email, '/reset-password');

    await changed(instance, ada, newAddress());

    const answer = await ada.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
    expect(answer.json()).toMatchObject(invalidToken);
  });

  test('the same address in another case is one to change to', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const shouted = ada.email.toUpperCase();

    await changed(instance, ada, shouted);

    expect((await userOf(ada)).email).toBe(shouted);
  });

  test('a stranger is not flooded: ten mails an hour to an address that nobody confirmed', async () => {
    const instance = start();
    const stranger = newAddress('stranger');
    const askers = await Promise.all([signedUp({ instance }), signedUp({ instance })]);

    for (const asker of askers)
      for (let n = 0; n < 6; n += 1) expect((await change(asker, stranger)).status).toBe(202);

    expect(await mailsTo(instance, stranger)).toHaveLength(10);
  });
});
