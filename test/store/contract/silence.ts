import { expect, test } from 'vitest';
import type { Kind, Store } from '../../../lib/store/contract.ts';
import { noon } from './new-user.ts';

const at = noon;
const token = {
  tokenHash: 'hash',
  slot: 'slot',
  purpose: 'reset',
  userId: 'id',
  data: { email: 'ada@example.com' },
  createdAt: at,
  expiresAt: at,
};
const signUp = {
  id: 'id',
  email: 'ada@example.com',
  emailKey: 'ada@example.com',
  name: null,
  language: null,
  credentials: {},
  createdAt: at,
  expiresAt: at,
};
const event = { id: '0'.repeat(24), userId: 'id', type: 'sign_in', at, ip: null, userAgent: null };
const mail = { to: 'a', toKey: 'a', subject: '', text: '', html: '', userId: null, sentAt: at };

/** A call of every function that asks the database. */
const calls = {
  tokens: {
    put: (s) => s.tokens.put(token),
    refill: (s) => s.tokens.refill('slot', token.data, 'hash', at),
    find: (s) => s.tokens.find('hash', ['reset'], at),
    claim: (s) => s.tokens.claim('hash', ['reset'], { by: 'one', at, until: at }),
    spend: (s) => s.tokens.spend('hash', 'one', { at, network: 'n', keptUntil: at }),
    release: (s) => s.tokens.release('hash', 'one'),
    end: (s) => s.tokens.end('id', ['reset']),
    listOf: (s) => s.tokens.listOf('id', at),
    handOver: (s) => s.tokens.handOver('id', 'other'),
    erase: (s) => s.tokens.erase('id'),
  },
  signUps: {
    add: (s) => s.signUps.add(signUp),
    find: (s) => s.signUps.find('id', at),
    findLatest: (s) => s.signUps.findLatest('key', at),
    renew: (s) => s.signUps.renew('id', at, at),
    remove: (s) => s.signUps.remove('id'),
    removeAll: (s) => s.signUps.removeAll('key'),
  },
  repeats: {
    put: (s) => s.repeats.put('id', 'one', at),
    begin: (s) => s.repeats.begin('id', 'one', at, at),
    find: (s) => s.repeats.find('id', at),
    erase: (s) => s.repeats.erase('one'),
  },
  events: {
    newId: null,
    insert: (s) => s.events.insert(event, at),
    insertNothing: (s) => s.events.insertNothing(event.id, at),
    list: (s) => s.events.list({ userId: 'id' }, 10),
    kindsOf: (s) => s.events.kindsOf('id', 10),
    remove: (s) => s.events.remove([event.id]),
    erase: (s) => s.events.erase('id', at),
  },
  counters: {
    add: (s) => s.counters.add('id', 60),
    read: (s) => s.counters.read(['id']),
    remove: (s) => s.counters.remove(['id']),
    removeFamily: (s) => s.counters.removeFamily('id'),
  },
  mailJobs: {
    has: (s) => s.mailJobs.has('id'),
    note: (s) => s.mailJobs.note('id', at),
  },
  outbox: {
    add: (s) => s.outbox.add(mail, at),
    list: (s) => s.outbox.list(10),
    eraseAbout: (s) => s.outbox.eraseAbout('id'),
    eraseTo: (s) => s.outbox.eraseTo('key'),
  },
} satisfies {
  [K in Exclude<Kind, 'sessions' | 'users'>]: Record<
    keyof Store[K],
    ((store: Pick<Store, K>) => Promise<unknown>) | null
  >;
};

/** Any of them, over a store that has all kinds. */
type AnyCall = (store: Store) => Promise<unknown>;

/**
 * A store whose database is silent answers all that it is asked with 503 `unavailable`, in time.
 *
 * @param openSilent gives a store whose database takes what it is sent, and says nothing.
 */
export function silenceContract(openSilent: () => Promise<Partial<Store>>): void {
  test('a silent database is 503 within 5 seconds, whatever it is asked', async () => {
    const store = (await openSilent()) as Store;
    const all = Object.entries(calls).flatMap(([kind, functions]) =>
      Object.entries(functions)
        .filter(([, call]) => call !== null)
        .map(([name, call]) => ({ name: `${kind}.${name}`, call: call as AnyCall })),
    );
    all.push({ name: 'missing', call: ({ missing }) => missing('all') });

    const outcomes = await Promise.all(
      all.map(async ({ name, call }) => {
        const startedAt = performance.now();
        const error = await call(store).then(
          () => ({ code: 'none' }),
          (thrown: { code?: string }) => thrown,
        );
        return { name, code: error.code, isInTime: performance.now() - startedAt < 5000 };
      }),
    );

    expect(outcomes).toEqual(all.map(({ name }) => ({ name, code: 'unavailable', isInTime: true })));
  });
}
