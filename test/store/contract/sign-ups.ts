import { beforeAll, describe, expect, test } from 'vitest';
import type { SignUpRecords } from '../../../lib/store/contract.ts';
import type { SignUpRecord } from '../../../lib/store/records.ts';
import { noon } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

let count = 0;

function newSignUp(more: Partial<SignUpRecord> = {}): SignUpRecord {
  count += 1;
  return {
    id: `sign-up-${count}`,
    email: `Ada${count}@example.com`,
    emailKey: `ada${count}@example.com`,
    name: null,
    language: null,
    credentials: { password: 'a hash' },
    createdAt: at,
    expiresAt: later(60),
    ...more,
  };
}

/** What every store promises of sign-ups that wait. */
export function signUpsContract(open: OpenStore<'signUps'>): void {
  describe('sign-ups', () => {
    let signUps: SignUpRecords;
    beforeAll(async () => {
      ({ signUps } = await open());
    });

    test('are there as they were added, until they are over', async () => {
      const signUp = newSignUp({ name: 'Ada', language: 'de' });

      await signUps.add(signUp);
      await signUps.add(signUp);

      expect(await signUps.find(signUp.id, at)).toEqual(signUp);
      expect(await signUps.find(signUp.id, signUp.expiresAt)).toBeNull();
    });

    test('of one address stand beside each other; the latest that waits is found', async () => {
      const first = newSignUp();
      const { emailKey } = first;
      const second = newSignUp({ emailKey, createdAt: later(1) });
      const over = newSignUp({ emailKey, createdAt: later(2), expiresAt: at });
      for (const signUp of [second, over, first]) await signUps.add(signUp);

      expect(await signUps.findLatest(emailKey, at)).toEqual(second);
      expect(await signUps.find(first.id, at)).toEqual(first);
    });

    test('wait longer when they are renewed, unless they are over or gone', async () => {
      const signUp = newSignUp();
      await signUps.add(signUp);

      expect(await signUps.renew(signUp.id, at, later(120))).toBe(true);
      expect(await signUps.renew(signUp.id, at, later(120))).toBe(true);
      expect(await signUps.find(signUp.id, later(90))).not.toBeNull();
      expect(await signUps.renew(signUp.id, later(120), later(240))).toBe(false);
      await signUps.remove(signUp.id);
      await signUps.remove(signUp.id);
      expect(await signUps.renew(signUp.id, at, later(120))).toBe(false);
      expect(await signUps.find(signUp.id, at)).toBeNull();
    });

    test('of an address go all at once, and their ids are told', async () => {
      const first = newSignUp();
      const { emailKey } = first;
      const [second, other] = [newSignUp({ emailKey }), newSignUp()];
      for (const signUp of [first, second, other]) await signUps.add(signUp);

      const ids = await signUps.removeAll(emailKey);

      expect(ids.sort()).toEqual([first.id, second.id].sort());
      expect(await signUps.removeAll(emailKey)).toEqual([]);
      expect(await signUps.find(other.id, at)).toEqual(other);
    });
  });
}
