import { beforeAll, describe, expect, test } from 'vitest';
import type { UserRecords } from '../../../lib/store/contract.ts';
import type { Factors, IdentityRecord, UserRecord } from '../../../lib/store/records.ts';
import { addUser, later, newUserRecord, noon, randomId, removeUser } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const ten = Array.from({ length: 10 }, (_, at) => at);

function newIdentity(fields: Partial<IdentityRecord> = {}): IdentityRecord {
  const subject = randomId();
  const key = randomId();
  return { key, provider: 'google', issuer: 'https://id.test', subject, linkedAt: noon, ...fields };
}

/** What every store promises of who users are with providers. */
export function identitiesContract(open: OpenStore): void {
  let users: UserRecords;
  let elsewhere: UserRecords;
  beforeAll(async () => {
    users = (await open()).users;
    elsewhere = (await open()).users;
  });

  const factorsWith = (revision: number, ...identities: IdentityRecord[]): Factors => ({
    ...{ revision, changedBy: randomId(), recoveryCodes: [], passkeys: [] },
    ...(identities.length > 0 && { identities }),
  });

  /** Makes these the identities of a user, under a lock. */
  async function link(records: UserRecords, { id }: Pick<UserRecord, 'id'>, ...identities: IdentityRecord[]) {
    const by = randomId();
    const from = (await records.find(id))?.credentials.factors?.revision ?? 0;
    expect(await records.takeLock(id, {}, { by, at: later(1e6), until: later(1e6 + 15) })).toBe(true);
    const change = { at: later(1), factors: { from, to: factorsWith(from + 1, ...identities) } };
    const outcome = await records.changeUnderLock(id, by, change);
    await records.releaseLock(id, by);
    return { outcome, change, repeat: () => records.changeUnderLock(id, by, change) };
  }

  const ownerOf = async ({ key }: IdentityRecord) => (await elsewhere.findByIdentity(key))?.id ?? null;

  describe('identities', () => {
    test('are found by their key, with all of the user, and by no other', async () => {
      const [ada, one, two] = [await addUser(users), newIdentity(), newIdentity({ provider: 'apple' })];

      expect((await link(users, ada, one, two)).outcome).toBe('changed');

      const found = await elsewhere.find(ada.id);
      expect(found?.credentials.factors?.identities).toEqual([one, two]);
      expect(await elsewhere.findByIdentity(one.key)).toEqual(found);
      expect(await elsewhere.findByIdentity(two.key)).toEqual(found);
      expect(await elsewhere.findByIdentity(one.key.toLowerCase())).toBeNull();
      expect(await elsewhere.findByIdentity('')).toBeNull();
    });

    test('come with a new user', async () => {
      const identity = newIdentity();
      const id = await users.takeSeat(noon);
      const told = newUserRecord({ credentials: { factors: factorsWith(1, identity) } });
      expect(await ownerOf(identity)).toBeNull();

      for (const _ of [1, 2]) expect(await users.fillSeat(id, told)).toBe(true);

      expect(await elsewhere.findByIdentity(identity.key)).toMatchObject({ id, ...told });
    });

    test('of another make no user', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      await link(users, ada, identity);
      const id = await users.takeSeat(noon);
      const eve = newUserRecord({ credentials: { factors: factorsWith(1, newIdentity(), identity) } });

      expect(await users.fillSeat(id, eve)).toBe(false);

      expect(await users.exists(id)).toBe(false);
      expect(await users.isTaken(eve.emailKey)).toBe(false);
      expect(await ownerOf(identity)).toBe(ada.id);
    });

    test('are kept from nobody by a user who could not be made', async () => {
      const [ada, free, bob] = [await addUser(users), newIdentity(), await addUser(users)];
      const credentials = { factors: factorsWith(1, free) };
      const id = await users.takeSeat(noon);
      expect(await users.fillSeat(id, newUserRecord({ email: ada.email, credentials }))).toBe(false);

      expect((await link(users, bob, free)).outcome).toBe('changed');
    });

    test('of another are taken, and the loser stays as it was', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      await link(users, ada, identity);
      const [eve, own, free] = [await addUser(users), newIdentity(), newIdentity()];
      await link(users, eve, own);
      const before = await users.find(eve.id);

      expect((await link(users, eve, free, identity)).outcome).toBe('taken');

      expect(await users.find(eve.id)).toEqual(before);
      expect(await Promise.all([own, free, identity].map(ownerOf))).toEqual([eve.id, null, ada.id]);
    });

    test('linked by ten at once are one’s, and nothing of the others is changed', async () => {
      const identity = newIdentity();
      const people = await Promise.all(ten.map(() => addUser(users)));

      const outcomes = await Promise.all(
        people.map(async (each, at) => (await link(at % 2 ? users : elsewhere, each, identity)).outcome),
      );

      expect([...outcomes].sort()).toEqual(['changed', ...Array<string>(9).fill('taken')]);
      const winner = people[outcomes.indexOf('changed')];
      expect(await ownerOf(identity)).toBe(winner?.id);
      for (const each of people.filter((other) => other !== winner))
        expect(await users.find(each.id)).toEqual(each);
    });

    test('that two want of each other at once stay consistent, and both are answered', async () => {
      for (let round = 0; round < 5; round += 1) {
        const [ada, bob] = [await addUser(users), await addUser(users)];
        const [one, two] = [newIdentity(), newIdentity()];
        await Promise.all([link(users, ada, one), link(users, bob, two)]);

        const outcomes = await Promise.all([link(users, ada, two), link(elsewhere, bob, one)]);

        for (const { outcome } of outcomes) expect(['changed', 'taken']).toContain(outcome);
        const shown = await Promise.all([ada, bob].map(async ({ id }) => users.find(id)));
        for (const identity of [one, two]) {
          const has = (user: UserRecord | null) =>
            user?.credentials.factors?.identities?.some(({ key }) => key === identity.key);
          expect(shown.filter(has).map((user) => user?.id ?? null)).toEqual(
            [await ownerOf(identity)].filter(Boolean),
          );
        }
      }
    });

    test('of ten new users at once are one’s', async () => {
      const factors = factorsWith(1, newIdentity(), newIdentity());
      const ids = await Promise.all(ten.map(() => users.takeSeat(noon)));

      const made = await Promise.all(
        ids.map((id, at) =>
          (at % 2 ? users : elsewhere).fillSeat(id, newUserRecord({ credentials: { factors } })),
        ),
      );

      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await Promise.all(ids.map((id) => users.exists(id)))).toEqual(made);
    });

    test('stay with a change that keeps them', async () => {
      const [ada, kept, gone, added] = [await addUser(users), newIdentity(), newIdentity(), newIdentity()];
      await link(users, ada, kept, gone);

      expect((await link(users, ada, added, kept)).outcome).toBe('changed');

      expect(await Promise.all([kept, gone, added].map(ownerOf))).toEqual([ada.id, null, ada.id]);
    });

    test('stay where something is used without a lock, and where the password alone is changed', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      await link(users, ada, identity);

      expect(await users.changeFactors(ada.id, { from: 1, to: factorsWith(2, identity) })).toBe(true);
      await users.takeLock(ada.id, {}, { by: 'me', at: later(2e6), until: later(2e6 + 15) });
      expect(await users.changeUnderLock(ada.id, 'me', { at: later(2), password: null })).toBe('changed');

      const found = await elsewhere.findByIdentity(identity.key);
      expect(found?.credentials).toEqual({
        password: undefined,
        factors: expect.objectContaining({ revision: 2, identities: [identity] }),
      });
    });

    test('that are taken away are free for another, and come back by no change that is late', async () => {
      const [ada, bob, identity] = [await addUser(users), await addUser(users), newIdentity()];
      const first = await link(users, ada, identity);
      await link(users, ada);
      expect(await ownerOf(identity)).toBeNull();

      expect((await link(users, bob, identity)).outcome).toBe('changed');
      expect(await first.repeat()).toBe('gone');

      expect(await ownerOf(identity)).toBe(bob.id);
      expect((await users.find(ada.id))?.credentials.factors?.identities).toBeUndefined();
    });

    test('may be linked twice by the same command, whose first answer was lost', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      const { outcome, repeat } = await link(users, ada, identity);

      expect([outcome, await repeat()]).toEqual(['changed', 'changed']);

      expect(await elsewhere.find(ada.id)).toMatchObject({ credentialsVersion: 2 });
      expect(await ownerOf(identity)).toBe(ada.id);
    });

    test('change with the revision that is named, and with no other', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      await users.takeLock(ada.id, {}, { by: 'me', at: noon, until: later(15) });
      const change = { at: later(1), factors: { from: 7, to: factorsWith(8, identity) } };

      expect(await users.changeUnderLock(ada.id, 'me', change)).toBe('stale');
      expect(await users.changeUnderLock(ada.id, 'another', change)).toBe('gone');

      expect(await ownerOf(identity)).toBeNull();
    });

    test('of a user who has left are free, and come back by no command that is late', async () => {
      const [ada, bob, identity] = [await addUser(users), await addUser(users), newIdentity()];
      const { repeat } = await link(users, ada, identity);
      await removeUser(users, ada.id);
      expect(await ownerOf(identity)).toBeNull();
      expect(await repeat()).toBe('gone');
      expect(await ownerOf(identity)).toBeNull();

      expect((await link(users, bob, identity)).outcome).toBe('changed');
      expect(await repeat()).toBe('gone');

      expect(await ownerOf(identity)).toBe(bob.id);
      expect(await users.exists(ada.id)).toBe(false);
    });

    test('are not exported with their key', async () => {
      const [ada, identity] = [await addUser(users), newIdentity()];
      await link(users, ada, identity);

      expect(JSON.stringify(await users.export(ada.id))).not.toContain(identity.key);
    });
  });
}
