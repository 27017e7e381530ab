import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';
import { withPasskey } from '../../support/passkey.ts';
import { pauseAt } from '../../support/pausing.ts';
import { signedUp } from '../../support/person.ts';
import { codeOf } from '../../support/totp.ts';

const { start } = testInstances('first_code');

describe('the first code of a new app', () => {
  test('is not taken from who has not shown the second factor that came meanwhile', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const ada = await signedUp({ instance });
    const thief = ada.elsewhere();
    await thief.signIn();
    const { secret } = (await thief.account.post('/account/totp')).json();
    await withPasskey(ada);

    const confirmed = await thief.account.post('/account/totp/confirm', {
      code: codeOf(secret, clock.now()),
    });

    expect([confirmed.status, confirmed.json().code]).toEqual([403, 'reauthentication_needed']);
    expect((await ada.account.get('/account/factors')).json().totp).toBe(null);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'puts no other secret in force that was begun meanwhile, at command %d',
    async (at) => {
      const clock = testClock();
      const [instance, slow] = [start({ now: clock.now }), start({ now: clock.now })];
      const ada = await signedUp({ instance });
      const there = ada.elsewhere({ instance: slow });
      await there.signIn();
      const { secret } = (await there.account.post('/account/totp')).json();
      const gate = pauseAt(slow, at);

      const confirming = there.account.post(
        '/account/totp/confirm',
        { code: codeOf(secret, clock.now()) },
        { expect5xx: true },
      );
      await Promise.race([gate.arrived(1), confirming]);
      await ada.account.post('/account/totp');
      gate.open();
      const answer = await confirming;

      const { totp } = (await ada.account.get('/account/factors')).json();
      expect(answer.status === 200).toBe(totp !== null);
      if (totp) {
        clock.pass(60);
        const again = ada.elsewhere();
        await again.signIn();
        const shown = await again.auth.post('/auth/second-factor', { code: codeOf(secret, clock.now()) });
        expect(shown.status).toBe(200);
      }
    },
  );
});
