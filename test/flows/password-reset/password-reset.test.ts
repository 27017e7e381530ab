import { describe, expect, test } from 'vitest';
import { type TestClock, testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { otherPassword, type Person, person, signedUp, strongPassword } from '../../support/person.ts';

const { start } = testInstances('password_reset');

const forgot = ({ auth, email }: Person, about = email) =>
  auth.post('/auth/password/forgot', { email: about });
const reset = ({ auth }: Person, token: string, newPassword = otherPassword) =>
  auth.post('/auth/password/reset', { token, newPassword });

/** Has a reset mailed, and gives its token. */
async function askedFor(instance: Instance, someone: Person): Promise<string> {
  expect((await forgot(someone)).status).toBe(202);
  return tokenTo(instance, someone.email, '/reset-password');
}

const invalid = { status: 400, code: 'invalid_token' };

describe.each(eventSources)('over $name', (source) => {
  test('a forgotten password is replaced by the link of a mail, and every session ends', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    const elsewhere = person({ instance, source, email: ada.email });

    const token = await askedFor(instance, elsewhere);
    const answer = await reset(elsewhere, token);

    expect(answer.status).toBe(204);
    expect(answer.cookies).toEqual([]);
    expect(await ada.status()).toBe(401);
    expect((await ada.signIn(strongPassword)).status).toBe(401);
    expect((await ada.signIn(otherPassword)).status).toBe(200);
    const later = person({ instance, source, ip: '192.0.2.8' });
    expect((await reset(later, token)).json()).toMatchObject(invalid);
  });
});

describe('ASVS 6.5.1: a token works once', () => {
  test('of ten at once, over two instances, one', async () => {
    const [here, there] = [start(), start()];
    const ada = await signedUp({ instance: here });
    const token = await askedFor(here, ada);
    const passwords = Array.from({ length: 10 }, (_, n) => `${n} ladders in heavy fog`);

    const answers = await Promise.all(
      passwords.map((password, n) => reset(person({ instance: n % 2 ? here : there }), token, password)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(400)]);
    const winner = answers.findIndex(({ status }) => status === 204);
    expect((await ada.signIn(passwords[winner])).status).toBe(200);
  });

  test('ASVS 6.5.5: it is over after 10 minutes, whatever the TTL index has swept', async () => {
    const clock: TestClock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const early = await askedFor(instance, ada);

    clock.pass(599);
    expect((await reset(ada, early)).status).toBe(204);
    const late = await askedFor(instance, ada);
    clock.pass(600);

    expect((await reset(ada, late, strongPassword)).json()).toMatchObject(invalid);
  });

  test('a newer one ends the older', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const older = await askedFor(instance, ada);
    const newer = await askedFor(instance, ada.elsewhere({ ip: '192.0.2.8' }));

    expect((await reset(ada, older)).json()).toMatchObject(invalid);
    expect((await reset(ada, newer)).status).toBe(204);
  });

  test('a changed password ends it', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const token = await askedFor(instance, ada);

    await ada.account.post('/account/password', {
      currentPassword: strongPassword,
      newPassword: otherPassword,
    });

    expect((await reset(ada, token)).json()).toMatchObject(invalid);
  });

  test('a weak new password is refused and does not spend it', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const token = await askedFor(instance, ada);

    expect((await reset(ada, token, 'short')).json()).toMatchObject({
      status: 422,
      code: 'weak_password',
      errors: [{ path: 'newPassword', message: expect.any(String) }],
    });
    expect((await reset(ada, token, `${ada.email}1`)).json()).toMatchObject({ code: 'weak_password' });
    expect(await ada.status()).toBe(200);
    expect((await reset(ada, token)).status).toBe(204);
  });

  test('a token for something else is none for this', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const verification = await tokenTo(instance, ada.email, '/verify-email');

    expect((await reset(ada, verification)).json()).toMatchObject(invalid);
    expect((await ada.auth.post('/auth/email/verify', { token: verification })).status).toBe(204);
  });

  test.each(['nonsense', 'A'.repeat(43), '$ne', '__proto__', 'a'.repeat(256)])(
    '%s is no token',
    async (token) => {
      expect((await reset(person({ instance: start() }), token)).json()).toMatchObject(invalid);
    },
  );
});

test('AU: a reset works while sign-in is locked, and opens it', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const guess = (n: number) => {
    const guesser = ada.elsewhere({ ip: `198.51.${Math.floor(n / 200)}.${n % 200}` });
    return guesser.signIn('a guess that is wrong');
  };
  for (let n = 0; n < 100; n += 10) await Promise.all(Array.from({ length: 10 }, (_, at) => guess(n + at)));
  expect((await ada.elsewhere({ ip: '192.0.2.9' }).signIn()).status).toBe(429);

  const token = await askedFor(instance, ada);
  expect((await reset(ada, token)).status).toBe(204);

  expect((await ada.elsewhere({ ip: '192.0.2.9' }).signIn(otherPassword)).status).toBe(200);
}, 120_000);

test('ASVS 6.3.7: the user is told by mail, and the address counts as confirmed', async () => {
  const instance = start();
  const ada = await signedUp({ instance });

  await reset(ada, await askedFor(instance, ada));

  const [mail] = await mailsTo(instance, ada.email);
  expect(mail?.subject).toBe('Your password at localhost:3000 has been changed');
  expect((await ada.signIn(otherPassword)).json().user.emailVerified).toBe(true);
});
