import { describe, expect, test } from 'vitest';
import { change, changed, confirmed, invalidToken, undo, userOf, verify } from '../../support/addresses.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../support/mail.ts';
import { enterByPasskey, withPasskey } from '../../support/passkey.ts';
import {
  newAddress,
  otherPassword,
  type Person,
  type PersonOptions,
  person,
  signedUp,
  strongPassword,
} from '../../support/person.ts';

const { database, start } = testInstances('taking_back');

const thirdPassword = 'eleven tin boats at anchor';

/** Somebody who has confirmed the address. */
async function confirmedPerson(options: PersonOptions): Promise<Person> {
  const someone = await signedUp(options);
  await confirmed(options.instance, someone);
  return someone;
}

/** Chooses a new password by the mail of an address. */
async function resetBy(instance: Instance, email: string, newPassword: string): Promise<void> {
  const { auth } = person({ instance });
  await auth.post('/auth/password/forgot', { email });
  const token = await tokenTo(instance, email, '/reset-password');
  expect((await auth.post('/auth/password/reset', { token, newPassword })).status).toBe(204);
}

describe('an undo sets a new password in the same step', () => {
  test('so that a script that knows the old one, and never rests, does not keep the account', async () => {
    const [here, there] = [start(), start()];
    for (let round = 0; round < 4; round += 1) {
      const owner = await confirmedPerson({ instance: here });
      const thief = newAddress('thief');
      await changed(here, owner, thief);
      const token = await tokenTo(here, owner.email, '/undo-email');
      let isOver = false;
      const script = (async () => {
        while (!isOver) {
          const robber = person({ instance: there, email: thief, ip: `198.51.100.${round}` });
          if ((await robber.signIn()).status === 200) await change(robber, newAddress('further'));
          await person({ instance: there, email: owner.email, ip: `198.51.100.${round}` }).signIn();
        }
      })();

      const answer = await undo(person({ instance: here }), token);
      isOver = true;
      await script;

      expect(answer.status).toBe(204);
      expect((await owner.elsewhere({ email: thief }).signIn()).status).toBe(401);
      expect((await owner.elsewhere().signIn()).status).toBe(401);
      const home = owner.elsewhere();
      expect((await home.signIn(otherPassword)).json().user.email).toBe(owner.email);
      const { pendingLinks } = (await home.account.get('/account/export')).json();
      expect(pendingLinks).toEqual([]);
    }
  }, 120_000);

  test('also while the thief keeps changing the password', async () => {
    const [here, there] = [start(), start()];
    const owner = await confirmedPerson({ instance: here });
    const thief = newAddress('thief');
    await changed(here, owner, thief);
    const token = await tokenTo(here, owner.email, '/undo-email');
    let isOver = false;
    const script = (async () => {
      const robber = person({ instance: there, email: thief });
      await robber.signIn();
      let [current, next] = [strongPassword, thirdPassword];
      while (!isOver) {
        const passwords = { currentPassword: current, newPassword: next };
        if ((await robber.account.post('/account/password', passwords)).status !== 204) return;
        [current, next] = [next, current];
      }
    })();

    const answer = await undo(person({ instance: here }), token);
    isOver = true;
    await script;

    expect(answer.status).toBe(204);
    expect((await owner.elsewhere().signIn(otherPassword)).json().user.email).toBe(owner.email);
    expect((await owner.elsewhere({ email: thief }).signIn(thirdPassword)).status).toBe(401);
  }, 60_000);

  test.each(eventSources)('a weak one is refused and does not spend the link, over $name', async (source) => {
    const instance = start();
    const ada = await confirmedPerson({ instance, source });
    await changed(instance, ada, newAddress('thief'));
    const token = await tokenTo(instance, ada.email, '/undo-email');

    // Judged by the address that comes back.
    for (const weak of ['short', `${ada.email}1`])
      expect((await undo(ada, token, weak)).json()).toMatchObject({
        status: 422,
        code: 'weak_password',
        errors: [{ path: 'newPassword', message: expect.any(String) }],
      });
    expect((await ada.auth.post('/auth/email/undo', { token })).json()).toMatchObject({
      status: 422,
      code: 'invalid_request',
    });
    expect(await ada.status()).toBe(200);

    expect((await undo(ada, token)).status).toBe(204);
  });

  test('it opens a locked sign-in, and tells both addresses', async () => {
    const instance = start();
    const ada = await confirmedPerson({ instance });
    const thief = newAddress('thief');
    await changed(instance, ada, thief);
    const guess = (n: number) =>
      ada.elsewhere({ ip: `198.51.${Math.floor(n / 200)}.${n % 200}` }).signIn('a guess that is wrong');
    for (let n = 0; n < 100; n += 10) await Promise.all(Array.from({ length: 10 }, (_, at) => guess(n + at)));
    expect((await ada.elsewhere({ ip: '192.0.2.9' }).signIn()).status).toBe(429);

    await undo(person({ instance }), await tokenTo(instance, ada.email, '/undo-email'));

    expect((await ada.elsewhere({ ip: '192.0.2.9' }).signIn(otherPassword)).status).toBe(200);
    expect((await mailsTo(instance, ada.email))[0]?.subject).toMatch(/is back$/);
    const [lost] = await mailsTo(instance, thief);
    expect(lost?.subject).toMatch(/has left an account/);
    expect(`${lost?.text}${lost?.html}`).not.toContain(ada.email);
  }, 120_000);
});

describe('both addresses are told of a change', () => {
  test('one that nobody had confirmed gets no way back, and none of what somebody typed', async () => {
    const instance = start();
    const typo = newAddress('typo');
    const ada = await signedUp({ instance, email: typo });
    const newEmail = newAddress('buy-cheap-watches-at-evil.test');

    await changed(instance, ada, newEmail);

    const [old] = await mailsTo(instance, typo);
    expect(old?.subject).toMatch(/has left an account/);
    expect(linkIn(old!).searchParams.has('token')).toBe(false);
    expect(JSON.stringify(old)).not.toContain('watches');
    const [now] = await mailsTo(instance, newEmail);
    expect(now?.subject).toBe('This is now your e-mail address at localhost:3000');
    const left = await database.db().collection('tokens').find({ purpose: 'undo_email' }).toArray();
    expect(left.filter(({ data }) => data.email === typo)).toEqual([]);
  });

  test('a confirmed one gets a way back, and reads which address there is now', async () => {
    const instance = start();
    const ada = await confirmedPerson({ instance });
    const newEmail = newAddress('next');

    await changed(instance, ada, newEmail);

    const [old] = await mailsTo(instance, ada.email);
    expect(linkIn(old!).pathname).toBe('/undo-email');
    expect(old?.text).toContain(newEmail);
  });
});

describe('a reset by the new address voids the undo', () => {
  test('so that who followed an unasked link keeps what they took', async () => {
    const instance = start();
    const attacker = await confirmedPerson({ instance });
    const victim = newAddress('victim');
    await change(attacker, victim);
    await verify(person({ instance }), await tokenTo(instance, victim, '/verify-email'));
    const trap = await tokenTo(instance, attacker.email, '/undo-email');

    await resetBy(instance, victim, thirdPassword);
    const answer = await undo(person({ instance }), trap);

    expect(answer.json()).toMatchObject(invalidToken);
    expect(await attacker.status()).toBe(401);
    expect((await attacker.elsewhere().signIn(otherPassword)).status).toBe(401);
    expect((await attacker.elsewhere().signIn()).status).toBe(401);
    const owner = person({ instance, email: victim });
    expect((await owner.signIn(thirdPassword)).json().user.email).toBe(victim);
    expect((await userOf(owner)).emailVerified).toBe(true);
  });

  test('also where both come at the same moment: one of the two holds, whole', async () => {
    const [here, there] = [start(), start()];
    const attacker = await confirmedPerson({ instance: here });
    const victim = newAddress('victim');
    await changed(here, attacker, victim);
    const trap = await tokenTo(here, attacker.email, '/undo-email');
    await person({ instance: here }).auth.post('/auth/password/forgot', { email: victim });
    const token = await tokenTo(here, victim, '/reset-password');

    const [undone, reset] = await Promise.all([
      undo(person({ instance: here }), trap),
      person({ instance: there }).auth.post('/auth/password/reset', { token, newPassword: thirdPassword }),
    ]);

    expect([undone.status, reset.status].sort()).toEqual([204, 400]);
    const [email, password] =
      undone.status === 204 ? [attacker.email, otherPassword] : [victim, thirdPassword];
    const statuses: number[] = [];
    for (const given of [otherPassword, thirdPassword])
      for (const address of [attacker.email, victim])
        statuses.push((await person({ instance: here, email: address }).signIn(given)).status);
    expect(statuses.sort()).toEqual([200, 401, 401, 401]);
    expect((await person({ instance: here, email }).signIn(password)).status).toBe(200);
  });
});

test('changes of more than 72 hours ago are forgotten at the next one', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const ada = await confirmedPerson({ instance });
  const { id } = await userOf(ada);
  const second = newAddress('second');
  await changed(instance, ada, second);
  clock.pass(72 * 3600);
  await changed(instance, ada, newAddress('third'));

  const user = await database.db().collection<{ _id: string }>('users').findOne({ _id: id });

  expect((user as unknown as { addressChanges: { email: string }[] }).addressChanges).toMatchObject([
    { email: second },
  ]);
});

describe('an undo and second factors', () => {
  test('takes away what was set up since the change, so that a thief has no way in left', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const owner = await confirmedPerson({ instance });
    const thiefs = newAddress('thief');
    await changed(instance, owner, thiefs);
    clock.pass(1);
    const robber = owner.elsewhere({ email: thiefs });
    expect((await robber.signIn()).status).toBe(200);
    const key = await withPasskey(robber);
    expect(
      (await undo(person({ instance }), await tokenTo(instance, owner.email, '/undo-email'))).status,
    ).toBe(204);

    expect((await enterByPasskey(robber.elsewhere(), key)).status).toBe(401);
    expect((await owner.elsewhere().signIn(otherPassword)).status).toBe(200);
  });

  test('leaves what was there before, and asks for it', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const owner = await confirmedPerson({ instance });
    const key = await withPasskey(owner);
    clock.pass(1);
    await changed(instance, owner, newAddress('thief'));
    const token = await tokenTo(instance, owner.email, '/undo-email');

    expect((await undo(person({ instance }), token)).status).toBe(204);

    const signedIn = await owner.elsewhere().signIn(otherPassword);
    expect([signedIn.status, signedIn.json().factors]).toEqual([202, ['passkey', 'recovery_code']]);
    expect((await enterByPasskey(owner.elsewhere(), key)).status).toBe(200);
  });
});
