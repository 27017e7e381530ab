import { beforeAll, describe, expect, test } from 'vitest';
import type { UserRecords } from '../../../lib/store/contract.ts';
import { addUser, later, newUserRecord, noon, randomId, removeUser } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const unavailable = { status: 503, code: 'unavailable' };
const ten = Array.from({ length: 10 }, (_, at) => at);
const lockOf = (by: string, at = noon) => ({ by, at, until: new Date(at.getTime() + 15_000) });

/** What every store promises of users. */
export function usersContract(open: OpenStore): void {
  let users: UserRecords;
  let elsewhere: UserRecords;
  beforeAll(async () => {
    users = (await open()).users;
    elsewhere = (await open()).users;
  });

  describe('a seat', () => {
    test('is an id of its own, at which nobody is', async () => {
      const [id, other] = [await users.takeSeat(noon), await users.takeSeat(noon)];

      expect(id).toMatch(/^[\w-]{22}$/);
      expect(other).not.toBe(id);
      expect(await users.find(id)).toBeNull();
      expect(await users.exists(id)).toBe(false);
      expect(await users.setName(id, 'Ada', 'ada')).toBeNull();
      expect(await users.setLanguage(id, 'de')).toBeNull();
      expect(await users.takeLock(id, {}, lockOf('me'))).toBe(false);
      expect(await users.export(id)).toEqual({});
    });

    test('becomes the user that was told, at once for every instance', async () => {
      const id = await users.takeSeat(noon);
      const told = newUserRecord({ name: null, language: 'de', emailVerifiedAt: noon });

      expect(await users.isTaken(told.emailKey)).toBe(false);
      expect(await users.fillSeat(id, told)).toBe(true);

      const made = {
        id,
        ...told,
        credentialsVersion: 1,
        credentialsChangedAt: null,
        addressChanges: [],
        rolesRevision: 0,
        disabledAt: null,
        lockedUntil: null,
      };
      for (const records of [users, elsewhere]) {
        expect(await records.find(id)).toEqual(made);
        expect(await records.findByEmailKey(told.emailKey)).toEqual(made);
        expect(await records.exists(id)).toBe(true);
        expect(await records.isTaken(told.emailKey)).toBe(true);
      }
    });

    test('may be filled twice by the same, and late: what came since stays', async () => {
      const id = await users.takeSeat(noon);
      const told = newUserRecord();

      expect(await users.fillSeat(id, told)).toBe(true);
      await users.setName(id, 'Countess', 'countess');
      await users.setLanguage(id, 'de');
      expect(await users.fillSeat(id, told)).toBe(true);

      expect(await users.find(id)).toMatchObject({
        email: told.email,
        name: 'Countess',
        language: 'de',
        credentialsVersion: 1,
      });
    });

    test('is nobody’s where another has the address, and ends', async () => {
      const ada = await addUser(users);
      const id = await users.takeSeat(noon);
      const told = newUserRecord({ email: ada.email, name: 'Eve' });

      expect(await users.fillSeat(id, told)).toBe(false);

      expect(await users.find(id)).toBeNull();
      expect(await users.findByEmailKey(ada.emailKey)).toEqual(ada);
      await expect(users.fillSeat(id, newUserRecord())).rejects.toMatchObject(unavailable);
      expect(await users.exists(id)).toBe(false);
    });

    test('of ten with one address at once, one becomes a user', async () => {
      const told = newUserRecord();
      const ids = await Promise.all(ten.map(() => users.takeSeat(noon)));

      const filled = await Promise.all(
        ids.map((id, at) => (at % 2 ? users : elsewhere).fillSeat(id, { ...told, name: `Ada ${at}` })),
      );

      expect(filled.filter(Boolean)).toHaveLength(1);
      const there = await Promise.all(ids.map((id) => users.exists(id)));
      expect(there).toEqual(filled);
    });

    test('brings nobody back: filled late, when the user has left, it is gone', async () => {
      const id = await users.takeSeat(noon);
      const told = newUserRecord();
      await users.fillSeat(id, told);
      await removeUser(users, id);

      await expect(users.fillSeat(id, told)).rejects.toMatchObject(unavailable);

      expect(await users.exists(id)).toBe(false);
      expect(await users.isTaken(told.emailKey)).toBe(false);
    });

    test('may be of somebody without a password', async () => {
      const { id } = await addUser(users, { credentials: {} });

      expect((await users.find(id))?.credentials.password).toBeUndefined();
    });
  });

  describe('a user', () => {
    test('that is not there is null, whatever is asked', async () => {
      expect(await users.find('nobody')).toBeNull();
      expect(await users.findByEmailKey('nobody@mail.test')).toBeNull();
      expect(await users.exists('nobody')).toBe(false);
      expect(await users.setName('nobody', 'Ada', 'ada')).toBeNull();
      expect(await users.setLanguage('nobody', 'de')).toBeNull();
      expect(await users.setEmailVerified('nobody', 'nobody@mail.test', noon)).toBeNull();
      expect(await users.export('nobody')).toEqual({});
      expect(await users.exists('nobody')).toBe(false);
    });

    test('gets another hash only in place of the one that is named', async () => {
      const { id } = await addUser(users);
      const hash = async () => (await users.find(id))?.credentials.password;

      await users.replaceHash(id, 'hash:another', 'hash:2');
      expect(await hash()).toBe('hash:1');
      await users.replaceHash(id, 'hash:1', 'hash:2');
      expect(await hash()).toBe('hash:2');
      await users.replaceHash(id, 'hash:1', 'hash:3');

      expect(await hash()).toBe('hash:2');
      expect(await users.find(id)).toMatchObject({ credentialsVersion: 1, credentialsChangedAt: null });
    });

    test('is renamed, and given as it is then', async () => {
      const ada = await addUser(users);

      expect(await users.setName(ada.id, 'Countess', 'countess')).toEqual({
        ...ada,
        name: 'Countess',
        nameKey: 'countess',
      });
      expect(await users.setName(ada.id, null, null)).toEqual({ ...ada, name: null, nameKey: null });

      expect(await elsewhere.find(ada.id)).toEqual({ ...ada, name: null, nameKey: null });
    });

    test('is written to in the language that was chosen last, or in none', async () => {
      const ada = await addUser(users);

      for (const language of ['de', 'de', 'en'] as const)
        expect(await users.setLanguage(ada.id, language)).toEqual({ ...ada, language });
      expect(await elsewhere.find(ada.id)).toEqual({ ...ada, language: 'en' });
      for (const _ of [1, 2])
        expect(await users.setLanguage(ada.id, null)).toEqual({ ...ada, language: null });

      expect(await elsewhere.find(ada.id)).toEqual(ada);
    });

    test('has its address confirmed, and no other', async () => {
      const ada = await addUser(users);

      expect(await users.setEmailVerified(ada.id, 'another@mail.test', noon)).toBeNull();
      expect(await users.find(ada.id)).toEqual(ada);
      const confirmed = { ...ada, emailVerifiedAt: later(5) };
      expect(await users.setEmailVerified(ada.id, ada.emailKey, later(5))).toEqual(confirmed);

      expect(await users.find(ada.id)).toEqual(confirmed);
      expect(await users.setEmailVerified(ada.id, ada.emailKey, later(6), false)).toEqual(ada);
      expect(await users.find(ada.id)).toEqual(ada);
    });

    test('is not confirmed while its lock is in force', async () => {
      const { id, emailKey } = await addUser(users);
      await users.takeLock(id, {}, lockOf('somebody'));

      expect(await users.setEmailVerified(id, emailKey, later(14))).toBeNull();

      expect((await users.find(id))?.emailVerifiedAt).toBeNull();
      expect(await users.setEmailVerified(id, emailKey, later(15))).not.toBeNull();
    });

    test('that has left comes back by no change that is late', async () => {
      const { id, emailKey } = await addUser(users);
      await users.takeLock(id, {}, lockOf('me'));
      await removeUser(users, id);

      await users.setName(id, 'Ada', 'ada');
      await users.setLanguage(id, 'de');
      await users.setEmailVerified(id, emailKey, later(60));
      await users.replaceHash(id, 'hash:1', 'hash:2');
      expect(await users.takeLock(id, {}, lockOf('me'))).toBe(false);
      expect(await users.changeUnderLock(id, 'me', { at: later(1), password: 'hash:2' })).toBe('gone');
      await users.releaseLock(id, 'me');

      expect(await users.exists(id)).toBe(false);
      expect(await users.isTaken(emailKey)).toBe(false);
    });

    test('is exported without secrets, as values that JSON has', async () => {
      const { id, email, emailKey } = await addUser(users, { language: 'de' });
      await users.takeLock(id, {}, lockOf('the secret of a lock'));

      const text = JSON.stringify(await users.export(id));

      expect(JSON.parse(text)).toMatchObject({ email, emailKey, name: 'Ada', language: 'de' });
      expect(text).not.toMatch(/hash:1|the secret of a lock/);
    });
  });

  describe('a lock', () => {
    test('is taken once; who has it takes it again', async () => {
      const { id } = await addUser(users);

      expect(await users.takeLock(id, {}, lockOf('me'))).toBe(true);
      expect(await users.takeLock(id, {}, lockOf('me'))).toBe(true);
      expect(await elsewhere.takeLock(id, {}, lockOf('another', later(14)))).toBe(false);

      expect((await users.find(id))?.lockedUntil).toEqual(later(15));
    });

    test('is free again when it is over', async () => {
      const { id } = await addUser(users);
      await users.takeLock(id, {}, lockOf('me'));

      expect(await users.takeLock(id, {}, lockOf('another', later(15)))).toBe(true);

      expect(await users.takeLock(id, {}, lockOf('me', later(16)))).toBe(false);
    });

    test('of ten who take it at once, one has it', async () => {
      const { id } = await addUser(users);

      const taken = await Promise.all(
        ten.map((at) => (at % 2 ? users : elsewhere).takeLock(id, {}, lockOf(`${at}`))),
      );

      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    test('is taken of a user that is as expected, and of no other', async () => {
      const { id, emailKey } = await addUser(users);

      expect(await users.takeLock(id, { credentialsVersion: 2 }, lockOf('me'))).toBe(false);
      expect(await users.takeLock(id, { credentialsVersion: 1, unconfirmed: true }, lockOf('me'))).toBe(true);
      await users.releaseLock(id, 'me');
      await users.setEmailVerified(id, emailKey, noon);

      expect(await users.takeLock(id, { unconfirmed: true }, lockOf('me'))).toBe(false);
    });

    test('is opened by who has it alone', async () => {
      const { id } = await addUser(users);
      await users.takeLock(id, {}, lockOf('me'));

      await users.releaseLock(id, 'another');
      expect((await users.find(id))?.lockedUntil).toEqual(later(15));
      await users.releaseLock(id, 'me');
      await users.releaseLock(id, 'me');

      expect((await users.find(id))?.lockedUntil).toBeNull();
    });
  });

  describe('a change under a lock', () => {
    /** Somebody whose lock is `me`'s. */
    async function locked(fields: Parameters<typeof addUser>[1] = {}) {
      const ada = await addUser(users, fields);
      await users.takeLock(ada.id, {}, lockOf('me'));
      return ada;
    }

    test('sets the password, counts up by one and opens the lock', async () => {
      const ada = await locked();

      expect(await users.changeUnderLock(ada.id, 'me', { at: later(1), password: 'hash:2' })).toBe('changed');

      expect(await elsewhere.find(ada.id)).toEqual({
        ...ada,
        credentials: { password: 'hash:2' },
        credentialsVersion: 2,
        credentialsChangedAt: later(1),
        lockedUntil: null,
      });
    });

    test('may be sent twice, and counts once', async () => {
      const { id } = await locked();
      const change = { at: later(1), password: 'hash:2' };

      for (const _ of [1, 2]) expect(await users.changeUnderLock(id, 'me', change)).toBe('changed');

      expect((await users.find(id))?.credentialsVersion).toBe(2);
    });

    test('is gone without the lock, and where another has it by now', async () => {
      const { id } = await addUser(users);
      const change = { at: later(1), password: 'hash:2' };
      expect(await users.changeUnderLock(id, 'me', change)).toBe('gone');
      await users.takeLock(id, {}, lockOf('me'));
      await users.takeLock(id, {}, lockOf('another', later(20)));

      expect(await users.changeUnderLock(id, 'me', change)).toBe('gone');

      expect(await users.find(id)).toMatchObject({ credentialsVersion: 1, lockedUntil: later(35) });
    });

    test('gives another address, which counts as confirmed', async () => {
      const ada = await locked();
      const { email, emailKey } = newUserRecord();
      const addressChanges = [{ version: 2, email: ada.email, at: later(1) }];
      const change = { at: later(1), email: { email, emailKey }, addressChanges };

      expect(await users.changeUnderLock(ada.id, 'me', change)).toBe('changed');

      const changed = { email, emailKey, emailVerifiedAt: later(1), addressChanges, credentialsVersion: 2 };
      expect(await users.find(ada.id)).toMatchObject(changed);
      expect(await users.findByEmailKey(ada.emailKey)).toBeNull();
      expect((await users.findByEmailKey(emailKey))?.id).toBe(ada.id);
      expect((await users.find(ada.id))?.credentials).toEqual(ada.credentials);
    });

    test('is refused where another has the address; the lock stays', async () => {
      const [eve, ada] = [await addUser(users), await locked()];
      const change = { at: later(1), email: { email: eve.email, emailKey: eve.emailKey } };

      expect(await users.changeUnderLock(ada.id, 'me', change)).toBe('taken');

      expect(await users.find(ada.id)).toEqual({ ...ada, lockedUntil: later(15) });
    });

    test('of ten with one address at once, one is made', async () => {
      const { email, emailKey } = newUserRecord();
      const people = await Promise.all(ten.map(() => locked()));
      const change = { at: later(1), email: { email, emailKey } };

      const outcomes = await Promise.all(people.map(({ id }) => users.changeUnderLock(id, 'me', change)));

      expect(outcomes.sort()).toEqual(['changed', ...Array<string>(9).fill('taken')]);
    });

    test('is stale where the address is not as expected; then nothing is changed', async () => {
      const ada = await locked({ emailVerifiedAt: noon });
      const { email, emailKey } = newUserRecord();
      const change = { at: later(1), email: { email, emailKey }, addressChanges: [] };

      for (const expected of [
        { email: ada.email, emailVerifiedAt: null },
        { email: ada.email, emailVerifiedAt: later(1) },
        { email: 'another@mail.test', emailVerifiedAt: noon },
      ])
        expect(await users.changeUnderLock(ada.id, 'me', { ...change, expected })).toBe('stale');
      expect(await users.find(ada.id)).toEqual({ ...ada, lockedUntil: later(15) });
      const expected = { email: ada.email, emailVerifiedAt: noon };
      for (const _ of [1, 2])
        expect(await users.changeUnderLock(ada.id, 'me', { ...change, expected })).toBe('changed');
    });

    test('undoes a change of the address with all later ones, while that is there', async () => {
      const ada = await locked();
      const changes = [1, 2, 3].map((version) => ({ version, email: `${version}@mail.test`, at: noon }));
      await users.changeUnderLock(ada.id, 'me', { at: noon, addressChanges: changes });
      const undo = { at: later(2), password: 'hash:2', undoes: 2 };

      await users.takeLock(ada.id, {}, lockOf('undoing'));
      for (const _ of [1, 2]) expect(await users.changeUnderLock(ada.id, 'undoing', undo)).toBe('changed');

      expect(await users.find(ada.id)).toMatchObject({
        addressChanges: changes.slice(0, 1),
        credentials: { password: 'hash:2' },
        credentialsVersion: 3,
      });
      await users.takeLock(ada.id, {}, lockOf('once more'));
      expect(await users.changeUnderLock(ada.id, 'once more', undo)).toBe('gone');
    });

    test('leaves nothing to be undone where it is told so', async () => {
      const { id } = await locked();
      const addressChanges = [{ version: 2, email: 'former@mail.test', at: noon }];
      await users.changeUnderLock(id, 'me', { at: noon, addressChanges });
      await users.takeLock(id, {}, lockOf('again'));

      await users.changeUnderLock(id, 'again', { at: noon, password: 'hash:2', addressChanges: [] });

      expect((await users.find(id))?.addressChanges).toEqual([]);
    });

    test('takes the user out, and may be sent twice', async () => {
      const { id, emailKey } = await locked();

      for (const _ of [1, 2]) expect(await users.removeUnderLock(id, 'me')).toBe(true);

      expect(await elsewhere.find(id)).toBeNull();
      expect(await users.isTaken(emailKey)).toBe(false);
    });

    test('takes nobody out whose lock is another’s', async () => {
      const { id } = await locked();

      expect(await users.removeUnderLock(id, randomId())).toBe(false);

      expect(await users.exists(id)).toBe(true);
    });
  });
}
