import { describe, expect, test } from 'vitest';
import { testInstances } from '../../support/instances.ts';
import { pauseAt } from '../../support/pausing.ts';
import { signedUp, strongPassword } from '../../support/person.ts';

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
});
