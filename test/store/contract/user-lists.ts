import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { UserRecords } from '../../../lib/store/contract.ts';
import type { UserProfile, UserQuery } from '../../../lib/store/records.ts';
import { addUser, later, noon, removeUser } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

/** What every store promises of users as those see and change them who own the service. */
export function userListsContract(open: OpenStore): void {
  let users: UserRecords;
  let elsewhere: UserRecords;
  beforeAll(async () => {
    users = (await open()).users;
    elsewhere = (await open()).users;
  });
  /** Nobody else's address or name begins so. */
  const own = randomBytes(6).toString('hex');

  const idsOf = (found: readonly UserProfile[]) => found.map(({ id }) => id);
  const byEmail = (prefix: string, more: Partial<UserQuery> = {}) =>
    users.list({ key: 'emailKey', prefix, most: 10, ...more });
  const byName = (prefix: string, more: Partial<UserQuery> = {}) =>
    users.list({ key: 'nameKey', prefix, most: 10, ...more });

  async function disable(id: string, at = later(1)) {
    await users.takeLock(id, {}, { by: 'an administrator', at: noon, until: later(15) });
    return users.changeUnderLock(id, 'an administrator', { at, disables: true });
  }

  describe('a list of users', () => {
    test('has those whose address or name begins so, in order, without their secrets', async () => {
      const names = ['Zoë', 'zoë of Lists', 'Zo'];
      const [first, second, third] = await Promise.all(
        names.map((name, at) =>
          addUser(users, {
            email: `${own}-list-${at}@mail.test`,
            name: own + name,
            nameKey: own + name.toLowerCase(),
          }),
        ),
      );

      expect(idsOf(await byEmail(`${own}-list-`))).toEqual([first?.id, second?.id, third?.id]);
      expect(idsOf(await byEmail(`${own}-list-1@`))).toEqual([second?.id]);
      expect(idsOf(await byName(`${own}zoë`))).toEqual([first?.id, second?.id]);
      expect(idsOf(await byName(`${own}zo`))).toEqual([third?.id, first?.id, second?.id]);
      expect(await byEmail(`${own}-list-%`)).toEqual([]);
      expect(await byEmail(`${own}-lis_-`)).toEqual([]);
      const { credentials: _secret, ...profile } = first ?? {};
      expect(await byEmail(`${own}-list-0`)).toEqual([profile]);
    });

    test('is paged, also where many have one name', async () => {
      const made = [];
      for (let at = 0; at < 5; at += 1)
        made.push(await addUser(users, { name: 'Same', nameKey: `${own} same` }));
      const told: string[] = [];

      for (let after: UserQuery['after']; ; ) {
        const page = await byName(`${own} same`, { most: 2, after });
        const last = page.at(-1);
        if (!last) break;
        told.push(...idsOf(page));
        after = { key: last.nameKey ?? '', id: last.id };
      }

      expect(told).toEqual(idsOf(made).sort());
    });

    test('does not have a seat that nobody has taken', async () => {
      await users.takeSeat(noon);

      expect(await byEmail('seat')).toEqual([]);
    });

    test('has those of a role, and those who are kept out', async () => {
      const editor = await addUser(users, { email: `${own}-role-a@mail.test`, roles: ['editor'] });
      const both = await addUser(users, { email: `${own}-role-b@mail.test`, roles: ['admin', 'editor'] });
      const none = await addUser(users, { email: `${own}-role-c@mail.test` });
      await disable(both.id);

      expect(idsOf(await byEmail(`${own}-role-`, { role: 'editor' }))).toEqual([editor.id, both.id]);
      expect(idsOf(await byEmail(`${own}-role-`, { role: 'admin' }))).toEqual([both.id]);
      expect(idsOf(await byEmail(`${own}-role-`, { role: 'editor', disabled: false }))).toEqual([editor.id]);
      expect(idsOf(await byEmail(`${own}-role-`, { disabled: true }))).toEqual([both.id]);
      expect(idsOf(await byEmail(`${own}-role-`, { disabled: false }))).toEqual([editor.id, none.id]);
    });
  });

  describe('a user', () => {
    test('gets and loses roles, seen at once from elsewhere', async () => {
      const ada = await addUser(users);

      const roles = ['admin', 'editor'];
      expect(await users.setRoles(ada.id, { from: 0, to: roles, at: noon })).toEqual({
        ...ada,
        roles,
        rolesRevision: 1,
      });
      expect((await elsewhere.find(ada.id))?.roles).toEqual(roles);
      expect(await users.setRoles(ada.id, { from: 1, to: [], at: noon })).toEqual({
        ...ada,
        rolesRevision: 2,
      });

      expect(await byEmail(ada.emailKey, { role: 'admin' })).toEqual([]);
      expect(await users.export(ada.id)).not.toHaveProperty('roles');
    });

    test('gets the roles of one of two changes at once, and of a repeat nothing more', async () => {
      const { id } = await addUser(users);
      const changes = ['editor', 'author', 'reader'].map((role) => ({ from: 0, to: [role], at: noon }));

      const made = await Promise.all(
        changes.map((change, at) => (at === 0 ? users : elsewhere).setRoles(id, change)),
      );

      const winners = made.filter((each) => each !== null);
      expect(winners).toHaveLength(1);
      expect(await users.find(id)).toEqual(winners[0]);
      for (const [at, change] of changes.entries()) {
        // A repeat is told what was done.
        expect((await users.setRoles(id, change))?.roles ?? null).toEqual(made[at] ? change.to : null);
        const role = change.to[0] ?? '';
        expect(idsOf(await byEmail('', { role })).includes(id)).toBe(made[at] !== null);
      }
      expect((await elsewhere.find(id))?.rolesRevision).toBe(1);
    });

    test('gets no roles while its lock is in force, which is for the roles that it had', async () => {
      const { id } = await addUser(users, { roles: ['editor'] });
      const change = { from: 0, to: ['admin'], at: later(1) };
      const lock = { by: 'me', at: noon, until: later(15) };

      expect(await users.takeLock(id, { rolesRevision: 1 }, lock)).toBe(false);
      expect(await users.takeLock(id, { rolesRevision: 0 }, lock)).toBe(true);
      expect(await users.setRoles(id, change)).toBeNull();
      expect((await users.setRoles(id, { ...change, at: later(15) }))?.roles).toEqual(['admin']);

      // Of a lock that is over then, whatever it was for is not done any more.
      expect(await users.changeUnderLock(id, 'me', { at: later(16), disables: true })).toBe('gone');
      expect(await users.removeUnderLock(id, 'me')).toBe(false);
      expect(
        await users.takeLock(id, { rolesRevision: 1 }, { ...lock, at: later(16), until: later(30) }),
      ).toBe(true);
    });

    test('is kept out by a change under its lock, and let in again', async () => {
      const ada = await addUser(users);

      expect(await disable(ada.id)).toBe('changed');
      expect(await users.find(ada.id)).toMatchObject({ disabledAt: later(1), credentialsVersion: 2 });
      expect(await users.enable(ada.id, later(1))).toMatchObject({ disabledAt: null, credentialsVersion: 2 });

      expect((await users.find(ada.id))?.disabledAt).toBeNull();
    });

    test('who is kept out anew is not let in by what was to end the time before, and arrives late', async () => {
      const ada = await addUser(users);
      await disable(ada.id);
      await users.enable(ada.id, later(1));
      await disable(ada.id, later(2));

      expect(await users.enable(ada.id, later(1))).toMatchObject({ disabledAt: later(2) });

      expect((await elsewhere.find(ada.id))?.disabledAt).toEqual(later(2));
    });

    test('that has left gets no role and is not let in', async () => {
      const { id } = await addUser(users, { roles: ['admin'] });
      await removeUser(users, id);

      expect(await users.setRoles(id, { from: 0, to: ['admin'], at: noon })).toBeNull();
      expect(await users.enable(id, later(1))).toBeNull();

      expect(await users.exists(id)).toBe(false);
    });
  });
}
