import { beforeAll, describe, expect, test } from 'vitest';
import type { Store, UserRecords } from '../../../lib/store/contract.ts';
import type { Factors, SessionRecord } from '../../../lib/store/records.ts';
import { addUser, later, noon, randomId, removeUser } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const ten = Array.from({ length: 10 }, (_, at) => at);

/** What every store promises of what a user can show beside the password, and of sign-ins that wait for it. */
export function factorsContract(open: OpenStore): void {
  let store: Store;
  let users: UserRecords;
  let elsewhere: UserRecords;
  beforeAll(async () => {
    store = await open();
    users = store.users;
    elsewhere = (await open()).users;
  });

  /** As it is after so many changes, with something of every kind in it. */
  function factorsAfter(revision: number, more: Partial<Factors> = {}): Factors {
    return {
      revision,
      changedBy: randomId(),
      totp: { secret: 'sealed', createdAt: noon, usedStep: 59_000_000, lastUsedAt: later(30) },
      recoveryCodes: [{ salt: 'salt', hash: 'hash of a code' }],
      passkeys: [
        {
          id: 'key',
          publicKey: 'cose',
          counter: 7,
          transports: ['internal', 'hybrid'],
          name: 'Phone “Ü”',
          backedUp: true,
          backupEligible: true,
          worksAlone: true,
          createdAt: noon,
        },
      ],
      ...more,
    };
  }

  const factorsOf = async (id: string) => (await elsewhere.find(id))?.credentials.factors;

  /** Somebody with factors, changed once. */
  async function withFactors() {
    const ada = await addUser(users);
    const factors = factorsAfter(1);
    expect(await users.changeFactors(ada.id, { from: 0, to: factors })).toBe(true);
    return { ada, factors };
  }

  describe('factors', () => {
    test('are kept as they were told, and change nothing else of the user', async () => {
      const { ada, factors } = await withFactors();

      const found = await elsewhere.find(ada.id);

      expect(found).toEqual({ ...ada, credentials: { ...ada.credentials, factors } });
    });

    test('are not there of who has only a password', async () => {
      const { id } = await addUser(users);

      expect(await factorsOf(id)).toBeUndefined();
    });

    test('change from the revision that is named, and from no other', async () => {
      const { ada, factors } = await withFactors();

      for (const from of [0, 2])
        expect(await users.changeFactors(ada.id, { from, to: factorsAfter(from + 1) })).toBe(false);
      expect(await factorsOf(ada.id)).toEqual(factors);
      const second = factorsAfter(2, { totp: undefined, recoveryCodes: [], passkeys: [] });
      const { totp: _none, ...kept } = second;
      expect(await users.changeFactors(ada.id, { from: 1, to: kept })).toBe(true);

      expect(await factorsOf(ada.id)).toEqual(kept);
    });

    test('may be changed twice by the same command, whose first answer was lost', async () => {
      const { ada, factors } = await withFactors();
      const change = { from: 1, to: { ...factors, revision: 2, changedBy: randomId() } };

      for (const _ of [1, 2]) expect(await users.changeFactors(ada.id, change)).toBe(true);

      expect(await factorsOf(ada.id)).toEqual(change.to);
    });

    test('are not taken back by a command that arrives late', async () => {
      const { ada, factors } = await withFactors();
      const second = factorsAfter(2);
      await users.changeFactors(ada.id, { from: 1, to: second });

      expect(await users.changeFactors(ada.id, { from: 0, to: factors })).toBe(false);

      expect(await factorsOf(ada.id)).toEqual(second);
    });

    test('of ten changes at once, one is made', async () => {
      const { ada } = await withFactors();

      const made = await Promise.all(
        ten.map((at) => (at % 2 ? users : elsewhere).changeFactors(ada.id, { from: 1, to: factorsAfter(2) })),
      );

      expect(made.filter(Boolean)).toHaveLength(1);
    });

    test('of who is not there, or has left, are not changed', async () => {
      const { ada, factors } = await withFactors();
      const seat = await users.takeSeat(noon);
      await removeUser(users, ada.id);

      for (const id of [ada.id, seat, 'nobody']) {
        expect(await users.changeFactors(id, { from: 0, to: factors })).toBe(false);
        expect(await users.changeFactors(id, { from: 1, to: factors })).toBe(false);
        expect(await users.exists(id)).toBe(false);
      }
    });

    test('are changed while a lock is in force: who shows one need not wait', async () => {
      const { ada } = await withFactors();
      await users.takeLock(ada.id, {}, { by: 'me', at: noon, until: later(15) });

      expect(await users.changeFactors(ada.id, { from: 1, to: factorsAfter(2) })).toBe(true);
    });

    test('are not exported', async () => {
      const { ada } = await withFactors();

      const text = JSON.stringify(await users.export(ada.id));

      expect(text).toContain(ada.emailKey);
      expect(text).not.toMatch(/sealed|hash of a code|cose|recoveryCodes/);
    });
  });

  describe('a change of factors under a lock', () => {
    async function locked() {
      const { ada, factors } = await withFactors();
      await users.takeLock(ada.id, {}, { by: 'me', at: noon, until: later(15) });
      return { ada, factors, to: factorsAfter(2, { recoveryCodes: [] }) };
    }

    test('counts the credentials up and opens the lock, and may be sent twice', async () => {
      const { ada, to } = await locked();
      const change = { at: later(1), factors: { from: 1, to } };

      for (const _ of [1, 2]) expect(await users.changeUnderLock(ada.id, 'me', change)).toBe('changed');

      expect(await elsewhere.find(ada.id)).toMatchObject({
        credentials: { password: 'hash:1', factors: to },
        credentialsVersion: 2,
        credentialsChangedAt: later(1),
        lockedUntil: null,
      });
    });

    test('is stale where a factor was used since, and then nothing is changed', async () => {
      const { ada, factors, to } = await locked();
      const used = { ...factors, revision: 2, changedBy: randomId(), recoveryCodes: [] };
      await users.changeFactors(ada.id, { from: 1, to: used });
      const change = { at: later(1), password: 'hash:2', factors: { from: 1, to } };

      expect(await users.changeUnderLock(ada.id, 'me', change)).toBe('stale');

      expect(await elsewhere.find(ada.id)).toMatchObject({
        credentials: { password: 'hash:1', factors: used },
        credentialsVersion: 1,
        lockedUntil: later(15),
      });
      const again = { ...change, factors: { from: 2, to: { ...to, revision: 3 } } };
      expect(await users.changeUnderLock(ada.id, 'me', again)).toBe('changed');
    });

    test('is gone where the lock is another’s, whatever the revision', async () => {
      const { ada, factors, to } = await locked();

      for (const from of [1, 7])
        expect(await users.changeUnderLock(ada.id, 'another', { at: later(1), factors: { from, to } })).toBe(
          'gone',
        );

      expect(await factorsOf(ada.id)).toEqual(factors);
    });

    test('may be of the first ones', async () => {
      const { id } = await addUser(users);
      await users.takeLock(id, {}, { by: 'me', at: noon, until: later(15) });
      const to = factorsAfter(1);

      expect(await users.changeUnderLock(id, 'me', { at: later(1), factors: { from: 0, to } })).toBe(
        'changed',
      );

      expect(await factorsOf(id)).toEqual(to);
    });

    test('may take the password away, and leave the factors', async () => {
      const { ada, factors } = await locked();

      expect(await users.changeUnderLock(ada.id, 'me', { at: later(1), password: null })).toBe('changed');

      const { credentials } = (await elsewhere.find(ada.id)) ?? {};
      expect(credentials?.password).toBeUndefined();
      expect(credentials?.factors).toEqual(factors);
    });
  });

  describe('a sign-in that waits', () => {
    const sessionOf = (more: Partial<SessionRecord>): SessionRecord => ({
      ...{ id: randomId(), createdAt: noon, lastSeenAt: noon, expires: later(600) },
      fields: store.sessions.fieldsOf({}),
      ...more,
    });
    const methods = [{ method: 'password', at: noon }];

    /** Somebody with a sign-in that waits and so many sessions, each used later than the one before. */
    async function waiting({ sessions = 0 } = {}) {
      const ada = await addUser(users);
      const waits = { userId: ada.id, methods, credentialsVersion: 3 };
      const session = await store.sessions.insert(() => sessionOf({ waits: true, waiting: waits }));
      const shown = { authenticatedAt: noon, ip: null, userAgent: null };
      const signedIn = { ...waits, assurance: 1, ...shown } as const;
      const others: string[] = [];
      for (let at = 1; at <= sessions; at += 1) {
        const other = await store.sessions.insert(() => sessionOf({ signedIn, lastSeenAt: later(at) }));
        others.push(other.id);
      }
      return { ada, session, others };
    }

    test('is found as it was stored, and nobody is signed in with it', async () => {
      const { session } = await waiting();

      const found = await store.sessions.find(session.id);

      expect(found).toEqual({ session, user: null });
      expect(found?.session.signedIn).toBeUndefined();
    });

    test('is none where its user has left', async () => {
      const { ada, session } = await waiting();
      await removeUser(users, ada.id);

      expect(await store.sessions.find(session.id)).toBeNull();
    });

    test('is not listed among the user’s sessions', async () => {
      const { ada, others } = await waiting({ sessions: 2 });

      const listed = await store.sessions.listOf(ada.id, 100);

      expect(listed.map(({ id }) => id)).toEqual(others.reverse());
    });

    test('is listed among those of the user that wait', async () => {
      const { ada, session } = await waiting({ sessions: 2 });
      await waiting();

      expect(await store.sessions.listOf(ada.id, 100, 'waiting')).toEqual([session]);
    });

    test('neither counts among what is over the limit, nor is ended for it', async () => {
      const { ada, session, others } = await waiting({ sessions: 3 });

      await store.sessions.endExcess(ada.id, others[2] ?? '', 3, later(10));
      expect(await store.sessions.listOf(ada.id, 100)).toHaveLength(3);
      await store.sessions.endExcess(ada.id, others[2] ?? '', 2, later(10));

      const left = await store.sessions.listOf(ada.id, 100);
      expect(left.map(({ id }) => id)).toEqual([others[2], others[1]]);
      expect(await store.sessions.find(session.id)).not.toBeNull();
    });

    test('ends with all sessions of the user', async () => {
      const { ada, session, others } = await waiting({ sessions: 1 });

      await store.sessions.endOf(ada.id, others[0]);

      expect(await store.sessions.find(session.id)).toBeNull();
      expect(await store.sessions.find(others[0] ?? '')).not.toBeNull();
    });
  });
}
