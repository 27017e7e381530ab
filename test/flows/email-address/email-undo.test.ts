import { describe, expect, test } from 'vitest';
import { change, changed, confirmed, invalidToken, undo, verify } from '../../support/addresses.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../../support/person.ts';

const { database, start } = testInstances('email_undo');

describe.each(eventSources)('over $name', (source) => {
  test('a change is undone from the old address: it is back, and every session ends', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    await confirmed(instance, ada);
    await changed(instance, ada, newAddress('thief'));

    const answer = await undo(
      person({ instance, source }),
      await tokenTo(instance, ada.email, '/undo-email'),
    );

    expect(answer.status).toBe(204);
    expect(await ada.status()).toBe(401);
    expect((await ada.signIn(strongPassword)).status).toBe(401);
    expect((await ada.signIn(otherPassword)).json().user).toMatchObject({
      email: ada.email,
      emailVerified: true,
    });
    const [told] = await mailsTo(instance, ada.email);
    expect(told?.subject).toBe('Your e-mail address at localhost:3000 is back');
  });
});

describe('undoing a change', () => {
  test('works for 72 hours, once', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];
    await confirmed(instance, ada);
    await confirmed(instance, eve);
    await changed(instance, ada, newAddress());
    await changed(instance, eve, newAddress());
    const tokens = await Promise.all([ada, eve].map(({ email }) => tokenTo(instance, email, '/undo-email')));

    clock.pass(72 * 3600 - 1);
    expect((await undo(ada, tokens[0]!)).status).toBe(204);
    expect((await undo(ada.elsewhere({ ip: '192.0.2.8' }), tokens[0]!)).json()).toMatchObject(invalidToken);
    clock.pass(1);
    expect((await undo(eve, tokens[1]!)).json()).toMatchObject(invalidToken);
  });

  test('ends what the other address could still be used for', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await confirmed(instance, ada);
    const thief = newAddress('thief');
    await changed(instance, ada, thief);
    await ada.auth.post('/auth/password/forgot', { email: thief });
    await change(ada, newAddress('next'));
    const resetToken = await tokenTo(instance, thief, '/reset-password');

    await undo(ada, await tokenTo(instance, ada.email, '/undo-email'));

    const answer = await ada.auth.post('/auth/password/reset', {
      token: resetToken,
      newPassword: otherPassword,
    });
    expect(answer.json()).toMatchObject(invalidToken);
    const { id } = (await ada.signIn(otherPassword)).json().user;
    const left = await database.db().collection('tokens').find({ userId: id }).toArray();
    expect(left.filter(({ spent }) => !spent)).toEqual([]);
  });

  test('a second change does not take it away from the first owner', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await confirmed(instance, ada);
    const [first, second] = [newAddress('thief.one'), newAddress('thief.two')];
    await changed(instance, ada, first);
    await changed(instance, ada, second);

    expect((await undo(ada, await tokenTo(instance, ada.email, '/undo-email'))).status).toBe(204);

    expect((await undo(ada, await tokenTo(instance, first, '/undo-email'))).json()).toMatchObject(
      invalidToken,
    );
    expect((await ada.signIn(otherPassword)).json().user.email).toBe(ada.email);
  });

  test('an account that somebody made with the old address, and nobody confirmed, does not stand in its way', async () => {
    const gone: string[] = [];
    const afterLeaving = async ({ userId }: { userId: string }) => void gone.push(userId);
    const instance = start({ hooks: { afterLeaving } });
    const ada = await signedUp({ instance });
    await confirmed(instance, ada);
    await changed(instance, ada, newAddress('thief'));
    const squatters = 'eleven tin boats at anchor';
    const squatter = await signedUp({ instance, email: ada.email, password: squatters });
    const { id } = (await squatter.account.get('/account')).json().user;

    expect((await undo(ada, await tokenTo(instance, ada.email, '/undo-email'))).status).toBe(204);

    expect(await squatter.status()).toBe(401);
    expect(gone).toEqual([id]);
    expect((await ada.signIn(squatters)).status).toBe(401);
    expect((await ada.signIn(otherPassword)).json().user.email).toBe(ada.email);
  });

  test('an account whose owner has confirmed the old address keeps it', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    await confirmed(instance, ada);
    await changed(instance, ada, newAddress());
    const undoToken = await tokenTo(instance, ada.email, '/undo-email');
    const again = await signedUp({ instance, email: ada.email, password: otherPassword });
    await verify(again, await tokenTo(instance, ada.email, '/verify-email'));

    expect((await undo(ada, undoToken)).json()).toMatchObject(invalidToken);

    expect(await again.status()).toBe(200);
    expect(await ada.status()).toBe(200);
  });
});
