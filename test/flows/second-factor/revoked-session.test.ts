import { describe, expect, test } from 'vitest';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { pauseAt } from '../../support/pausing.ts';
import { otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('revoked_session');

describe('a session that is ended', () => {
  test.each([1, 2, 3, 4])(
    'is not brought back by showing anew who one is, under way at command %d',
    async (at) => {
      const [instance, slow] = [start(), start()];
      const ada = await signedUp({ instance });
      const thief = ada.elsewhere({ instance: slow });
      await thief.signIn();
      const gate = pauseAt(slow, at);

      const proving = thief.auth.post(
        '/auth/reauthenticate',
        { currentPassword: strongPassword },
        { expect5xx: true },
      );
      await Promise.race([gate.arrived(1), proving]);
      expect((await ada.sessions.delete('/sessions')).status).toBe(204);
      gate.open();
      await proving;

      expect(await thief.status()).toBe(401);
    },
  );

  const asks: [string, (thief: Person) => Promise<unknown>][] = [
    ['an app', ({ account }) => account.delete('/account/totp', undefined, { expect5xx: true })],
    ['its codes', ({ account }) => account.post('/account/recovery-codes', undefined, { expect5xx: true })],
  ];

  test.each(asks.flatMap(([what, ask]) => [1, 2].map((at) => ({ what, ask, at }))))(
    'by a reset does not change $what any more, under way at command $at',
    async ({ ask, at }) => {
      const clock = testClock();
      const [instance, slow] = [start({ now: clock.now }), start({ now: clock.now })];
      const ada = await signedUp({ instance });
      await ada.auth.post('/auth/email/verify', {
        token: await tokenTo(instance, ada.email, '/verify-email'),
      });
      const { recoveryCodes } = await withApp(ada, clock);
      const owner = ada.elsewhere();
      await owner.auth.post('/auth/password/forgot', { email: ada.email });
      const token = await tokenTo(instance, ada.email, '/reset-password');
      const thief = ada.elsewhere({ instance: slow, cookies: ada.cookies });
      const gate = pauseAt(slow, at);

      const asking = ask(thief);
      await Promise.race([gate.arrived(1), asking]);
      const reset = await owner.auth.post('/auth/password/reset', { token, newPassword: otherPassword });
      gate.open();
      await asking;

      expect(reset.status).toBe(204);
      expect(await thief.status()).toBe(401);
      expect((await owner.signIn(otherPassword)).json().factors).toEqual(['totp', 'recovery_code']);
      const shown = await owner.auth.post('/auth/second-factor', { recoveryCode: recoveryCodes[0] });
      expect(shown.status).toBe(200);
    },
  );
});
