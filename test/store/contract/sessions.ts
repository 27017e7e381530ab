import { Store as StockStore } from 'express-session';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../lib/store/contract.ts';
import type { SessionRecord, SignedIn } from '../../../lib/store/records.ts';
import { addUser, later, newUserRecord, noon, randomId, removeUser } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const ten = Array.from({ length: 10 }, (_, at) => at);

/** What a store promises of sessions, wherever the answers of first tries are heard. */
interface SessionsContractOptions {
  /**
   * True where no answer of a first try is heard, so that every command is sent twice: then a count is that of the
   * second, and an end is one whether or not there was something to end.
   */
  isRepeated?: boolean;
}

/** What every store promises of sessions. */
export function sessionsContract(
  open: OpenStore,
  { isRepeated = false }: SessionsContractOptions = {},
): void {
  let store: Store;
  let elsewhere: Store;
  beforeAll(async () => {
    store = await open();
    elsewhere = await open();
  });

  const signedInAs = (userId: string): SignedIn => ({
    userId,
    methods: [{ method: 'password', at: noon }],
    assurance: 1,
    authenticatedAt: noon,
    credentialsVersion: 1,
    ip: '203.0.113.9',
    userAgent: null,
  });

  function recordOf(data: object = {}, more: Partial<SessionRecord> = {}): SessionRecord {
    const times = { createdAt: noon, lastSeenAt: noon, expires: later(3600) };
    return { id: randomId(), ...times, fields: store.sessions.fieldsOf(data), ...more };
  }

  /** A session as it was acknowledged. */
  const added = (data: object = {}, more: Partial<SessionRecord> = {}) =>
    store.sessions.insert(() => recordOf(data, more));

  const addedFor = (userId: string, more: Partial<SessionRecord> = {}) =>
    added({}, { signedIn: signedInAs(userId), ...more });

  const find = (id: string) => elsewhere.sessions.find(id);
  const idsOf = async (userId: string) => (await elsewhere.sessions.listOf(userId, 100)).map(({ id }) => id);

  const changeOf = (set: object, unset: string[] = []) => {
    const fields = [...store.sessions.fieldsOf(set)];
    return { set: new Map(fields.map(([name, { value }]) => [name, value])), unset };
  };

  async function dataOf(id: string): Promise<Record<string, unknown> | undefined> {
    const found = await find(id);
    return found ? store.sessions.dataOf(found.session.fields) : undefined;
  }

  describe('a session', () => {
    test('that is not there is null', async () => {
      expect(await find(randomId())).toBeNull();
    });

    test('of nobody is found as it was stored, on every instance', async () => {
      const session = await added({ cart: ['lamp'] }, { remember: false });

      expect(await find(session.id)).toEqual({ session, user: null });
    });

    test('of somebody is found with the user, without what lets in', async () => {
      const { credentials: _secret, ...user } = await addUser(store.users);
      const session = await addedFor(user.id);

      const found = await find(session.id);

      expect(found).toEqual({ session, user });
      expect(JSON.stringify(found)).not.toContain('hash:1');
    });

    test('is found with the user as it is now', async () => {
      const { id, emailKey } = await addUser(store.users);
      const session = await addedFor(id);

      await store.users.setName(id, 'Countess', 'countess');
      expect((await find(session.id))?.user).toMatchObject({ name: 'Countess', emailVerifiedAt: null });
      await elsewhere.users.setEmailVerified(id, emailKey, noon);
      await elsewhere.users.setLanguage(id, 'de');

      const changed = { name: 'Countess', language: 'de', emailVerifiedAt: noon };
      expect((await find(session.id))?.user).toMatchObject(changed);
    });

    test('is none where its user is gone, or not there yet', async () => {
      const seat = await store.users.takeSeat(noon);
      const session = await addedFor(seat);
      expect(await find(session.id)).toBeNull();
      await store.users.fillSeat(seat, newUserRecord());
      expect((await find(session.id))?.user?.id).toBe(seat);

      await removeUser(store.users, seat);

      expect(await find(session.id)).toBeNull();
    });

    test('has a record of its own for each try, of which one stays', async () => {
      const { id } = await addUser(store.users);
      const tried: string[] = [];

      const session = await store.sessions.insert(() => {
        const record = recordOf({}, { signedIn: signedInAs(id) });
        tried.push(record.id);
        return record;
      });

      expect(new Set(tried).size).toBe(tried.length);
      expect(tried).toHaveLength(isRepeated ? 2 : 1);
      expect(session.id).toBe(tried.at(-1));
      expect(await idsOf(id)).toEqual([session.id]);
    });
  });

  describe('what an application has put into a session', () => {
    const at = new Date(0);
    const odd = { 'a.b': 1, $set: 2, '': 3, '%': 4, constructor: 5, nested: { 'c.d': [{ $e: at }] } };

    test('comes back under its keys, whatever they are', async () => {
      const { id } = await added(odd);

      expect(await dataOf(id)).toEqual(odd);
    });

    test('is a copy at every look', async () => {
      const { fields } = await added({ list: [1] });

      const [one, other] = [store.sessions.dataOf(fields), store.sessions.dataOf(fields)];
      (one.list as number[]).push(2);

      expect(other).toEqual({ list: [1] });
    });

    test('has the bytes that it had when it was stored, as long as nothing changed', async () => {
      const value = { at, list: [1, { deep: true }, null], text: 'ä', big: 2 ** 40, half: 0.5 };
      const session = await added({ value });

      const read = (await find(session.id))?.session.fields;
      const again = store.sessions.fieldsOf({ value: structuredClone(value) });

      for (const fields of [read, again])
        expect(fields?.get('value')?.bytes).toEqual(session.fields.get('value')?.bytes);
    });

    test('is refused where a key is a method of every session, or a value cannot be kept', () => {
      const loop: Record<string, unknown> = {};
      loop.loop = loop;
      for (const data of [{ save: 1 }, { destroy: null }, { signedIn: {} }, { n: 10n }, loop])
        expect(() => store.sessions.fieldsOf(data)).toThrow(TypeError);
    });
  });

  describe('a change of a session', () => {
    test('sets and takes out the fields that it names, and no other', async () => {
      const { id } = await added({ kept: 1, changed: 1, gone: 1 });

      expect(await store.sessions.change(id, changeOf({ changed: 2, new: [3] }, ['gone']))).toBe(true);

      expect(await dataOf(id)).toEqual({ kept: 1, changed: 2, new: [3] });
    });

    test('takes out many at once, in whatever letters they are', async () => {
      const keys = [...'äéü前日本語русский'].map((letter, at) => `${letter}${at}`);
      const many = Object.fromEntries(
        [...keys, ...Array.from({ length: 60 }, (_, at) => `k${at}`)].map((key) => [key, 1]),
      );
      const { id } = await added({ ...many, kept: 1 });

      const unset = [...store.sessions.fieldsOf(many).keys()];
      expect(await store.sessions.change(id, changeOf({}, unset))).toBe(true);

      expect(await dataOf(id)).toEqual({ kept: 1 });
    });

    test('may set only, take out only, and be sent twice', async () => {
      const { id } = await added({ gone: 1 });

      for (const _ of [1, 2]) {
        expect(await store.sessions.change(id, changeOf({ step: 1 }))).toBe(true);
        expect(await store.sessions.change(id, changeOf({}, ['gone']))).toBe(true);
      }

      expect(await dataOf(id)).toEqual({ step: 1 });
    });

    test('of two that change other fields at once, both are made', async () => {
      const { id } = await added({ first: 0, second: 0 });

      await Promise.all([
        store.sessions.change(id, changeOf({ first: 1 })),
        elsewhere.sessions.change(id, changeOf({ second: 1 })),
      ]);

      expect(await dataOf(id)).toEqual({ first: 1, second: 1 });
    });

    test('may be one of thousands of fields, beside one of another, and brings back nothing that has ended', async () => {
      const { id } = await added({ kept: 1, 'ä🕊': 1 });
      const many = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`k${at}`, 1]));
      const unset = [...store.sessions.fieldsOf({ ...many, 'ä🕊': 1 }).keys()];

      const set = [
        store.sessions.change(id, changeOf(many)),
        elsewhere.sessions.change(id, changeOf({ other: 1 })),
      ];
      expect(await Promise.all(set)).toEqual([true, true]);
      expect(await dataOf(id)).toEqual({ kept: 1, 'ä🕊': 1, other: 1, ...many });
      const removed = [
        store.sessions.change(id, changeOf({}, unset)),
        elsewhere.sessions.change(id, changeOf({ kept: 2 })),
      ];
      expect(await Promise.all(removed)).toEqual([true, true]);
      expect(await dataOf(id)).toEqual({ kept: 2, other: 1 });
      await elsewhere.sessions.end(id);
      expect(await store.sessions.change(id, changeOf(many))).toBe(false);
      expect(await find(id)).toBeNull();
    });

    test('of one that has ended is told, and brings it not back', async () => {
      const { id } = await added({ step: 1 });
      await elsewhere.sessions.end(id);

      expect(await store.sessions.change(id, changeOf({ step: 2 }))).toBe(false);
      const use = { lastSeenAt: later(60), expires: later(3660) };
      expect(await store.sessions.touch(id, later(30), use)).toBe(false);

      expect(await find(id)).toBeNull();
    });
  });

  describe('the use of a session', () => {
    const use = { lastSeenAt: later(60), expires: later(3660), caller: { ip: '192.0.2.1', userAgent: 'B' } };

    test.skipIf(isRepeated)('is noted unless it was after the time that is named', async () => {
      const { id } = await addUser(store.users);
      const session = await addedFor(id);

      expect(await store.sessions.touch(session.id, later(-1), use)).toBe(false);
      expect(await find(session.id)).toMatchObject({ session });
      expect(await store.sessions.touch(session.id, noon, use)).toBe(true);
      expect(await store.sessions.touch(session.id, noon, use)).toBe(false);
    });

    test('is noted with from where, and nothing else changes', async () => {
      const { id } = await addUser(store.users);
      const session = await addedFor(id);

      await store.sessions.touch(session.id, noon, use);

      const { caller, ...times } = use;
      const signedIn = { ...signedInAs(id), ...caller };
      expect(await find(session.id)).toMatchObject({ session: { ...session, ...times, signedIn } });
    });

    test('by nobody has no caller', async () => {
      const session = await added({ cart: 1 });
      const { caller: _caller, ...times } = use;

      await store.sessions.touch(session.id, noon, times);

      expect(await find(session.id)).toEqual({ session: { ...session, ...times }, user: null });
    });

    test.skipIf(isRepeated)('of ten at once, one notes it', async () => {
      const { id } = await added();

      const noted = await Promise.all(
        ten.map((nth) => (nth % 2 ? store : elsewhere).sessions.touch(id, noon, use)),
      );

      expect(noted.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('an end', () => {
    test('is final', async () => {
      const { id } = await added();

      expect(await store.sessions.end(id)).toBe(true);

      expect(await find(id)).toBeNull();
    });

    test('of a session that is another’s ends nothing', async () => {
      const [ada, eve] = [await addUser(store.users), await addUser(store.users)];
      const { id } = await addedFor(ada.id);

      const isEnded = await store.sessions.end(id, eve.id);

      if (!isRepeated) expect(isEnded).toBe(false);
      expect(await find(id)).not.toBeNull();
      expect(await store.sessions.end(id, ada.id)).toBe(true);
      expect(await find(id)).toBeNull();
    });

    test.skipIf(isRepeated)('of what is not there is told', async () => {
      expect(await store.sessions.end(randomId())).toBe(false);
      expect(await store.sessions.end(randomId(), 'somebody')).toBe(false);
    });

    test('of all of a user, or of all but one, ends nobody else’s', async () => {
      const [ada, eve] = [await addUser(store.users), await addUser(store.users)];
      const own = [await addedFor(ada.id), await addedFor(ada.id), await addedFor(ada.id)];
      const others = await addedFor(eve.id);
      const [first] = own;

      const ended = [
        await store.sessions.endOf(ada.id, first?.id),
        (await idsOf(ada.id)).length,
        await store.sessions.endOf(ada.id),
        (await idsOf(ada.id)).length,
      ];

      expect(ended).toEqual(isRepeated ? [0, 1, 0, 0] : [2, 1, 1, 0]);
      expect(await idsOf(eve.id)).toEqual([others.id]);
    });

    test('of what is too many keeps the current one and those used last', async () => {
      const { id: userId } = await addUser(store.users);
      const current = await addedFor(userId, { lastSeenAt: later(-60) });
      const used: string[] = [];
      for (const nth of [1, 2, 3, 4]) used.push((await addedFor(userId, { lastSeenAt: later(nth) })).id);
      const over = await addedFor(userId, { lastSeenAt: later(-99), expires: later(-1) });

      await store.sessions.endExcess(userId, current.id, 5, noon);
      expect(await idsOf(userId)).toHaveLength(6);
      await store.sessions.endExcess(userId, current.id, 3, noon);

      expect(await idsOf(userId)).toEqual([used[3], used[2], current.id, over.id]);
    });

    test('of everybody’s ends all', async () => {
      const { id } = await added();

      const ended = await store.sessions.endAll();

      if (!isRepeated) expect(ended).toBeGreaterThan(0);
      expect(await find(id)).toBeNull();
      expect(await store.sessions.listAll(later(-1e6))).toEqual([]);
    });
  });

  describe('a list', () => {
    test('of a user’s has those used last first, and no more than are asked for', async () => {
      const { id } = await addUser(store.users);
      const seen = [3, 1, 2];
      for (const nth of seen) await addedFor(id, { lastSeenAt: later(nth), expires: later(nth - 2) });

      const listed = await elsewhere.sessions.listOf(id, 10);

      expect(listed.map(({ lastSeenAt }) => lastSeenAt)).toEqual([later(3), later(2), later(1)]);
      expect(await elsewhere.sessions.listOf(id, 2)).toEqual(listed.slice(0, 2));
      expect(listed[0]).toMatchObject({ signedIn: signedInAs(id), expires: later(1) });
    });

    test('of everybody’s leaves out those that are over', async () => {
      const [live, over] = [await added({ n: 1 }), await added({}, { expires: noon })];

      const listed = await elsewhere.sessions.listAll(noon);

      expect(listed).toContainEqual(live);
      expect(listed.map(({ id }) => id)).not.toContain(over.id);
    });
  });

  describe('those that came by a session with a provider', () => {
    const idsBy = async (providerSession: string, most = 100) =>
      (await elsewhere.sessions.listByProviderSession(providerSession, most)).map(({ id }) => id).sort();

    test('are found by it as they were stored, and nobody else’s', async () => {
      const [ada, eve] = [await addUser(store.users), await addUser(store.users)];
      const [providerSession, another] = [randomId(), randomId()];
      const own = await addedFor(ada.id, { providerSession });
      const theirs = await addedFor(eve.id, { providerSession });
      await addedFor(ada.id, { providerSession: another });
      await addedFor(ada.id);
      await added();

      expect(await idsBy(providerSession)).toEqual([own.id, theirs.id].sort());
      expect((await find(own.id))?.session).toEqual(own);
      const listed = await elsewhere.sessions.listByProviderSession(another, 100);
      expect(listed).toMatchObject([{ signedIn: signedInAs(ada.id), providerSession: another }]);
      expect(await idsBy(randomId())).toEqual([]);
      expect(await idsBy('')).toEqual([]);
    });

    test('are those that wait for a second factor, and those that are over, too; no more than are asked for', async () => {
      const { id: userId } = await addUser(store.users);
      const providerSession = randomId();
      const { methods, credentialsVersion } = signedInAs(userId);
      const waiting = { userId, methods, credentialsVersion };
      const waits = await added({}, { waits: true, waiting, providerSession });
      const over = await addedFor(userId, { providerSession, expires: later(-1) });

      expect(await idsBy(providerSession)).toEqual([waits.id, over.id].sort());
      expect(await idsBy(providerSession, 1)).toHaveLength(1);
      expect((await find(waits.id))?.session).toEqual(waits);
    });

    test('are still found when they have changed and were used, and not once they have ended', async () => {
      const { id: userId } = await addUser(store.users);
      const providerSession = randomId();
      const session = await addedFor(userId, { providerSession });
      await store.sessions.change(session.id, changeOf({ cart: 1 }));
      await store.sessions.touch(session.id, noon, { lastSeenAt: later(60), expires: later(3660) });

      expect(await idsBy(providerSession)).toEqual([session.id]);
      await store.sessions.end(session.id, userId);

      expect(await idsBy(providerSession)).toEqual([]);
    });

    test('take each other’s place without a moment in which none is found', async () => {
      const { id: userId } = await addUser(store.users);
      const providerSession = randomId();
      let last = await addedFor(userId, { providerSession });
      let isOver = false;
      const seen: number[] = [];

      async function look(): Promise<void> {
        while (!isOver) seen.push((await idsBy(providerSession)).length);
      }

      async function renew(): Promise<void> {
        for (let times = 0; times < 30; times += 1) {
          const next = await addedFor(userId, { providerSession });
          await store.sessions.end(last.id, userId);
          last = next;
        }
        isOver = true;
      }

      await Promise.all([look(), renew()]);

      expect(Math.min(...seen)).toBeGreaterThan(0);
      expect(await idsBy(providerSession)).toEqual([last.id]);
    });
  });

  test('express-session’s store of this database is one of its stores, and asks nothing as it is made', () => {
    expect(new store.ExpressStore()).toBeInstanceOf(StockStore);
  });
}
