import { beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../lib/store/contract.ts';
import type { TokenRecord } from '../../../lib/store/records.ts';
import type { Held } from '../../support/holding-proxy.ts';
import { addUser, noon } from './new-user.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const purposes = ['reset'];
const claimBy = (by: string) => ({ by, at, until: later(15) });

type Parts = Pick<Store, 'users' | 'tokens' | 'signUps' | 'events' | 'counters'>;

/** A store behind a network in which commands hang; null where the network cannot be seen into. */
export type OpenHeldStore = () => Promise<{
  store: Parts;
  /** Holds back the first command that mentions a text. */
  hold(mentioned: string): Held;
} | null>;

/** What every store promises of a command that arrives once more when it has been done long ago. */
export function lateContract(openHeld: OpenHeldStore): void {
  describe.concurrent('late', () => {
    let open: Awaited<ReturnType<OpenHeldStore>>;
    beforeAll(async () => {
      open = await openHeld();
    });

    /** Does `work`, whose first command hangs until it is released. */
    async function twice<T>(mentioned: string, work: (store: Parts) => Promise<T>) {
      if (!open) return null;
      const held = open.hold(mentioned);
      const result = await work(open.store);
      await held.arrived();
      return { store: open.store, result, arriveOnceMore: held.release };
    }

    test('an event of a user that was erased since stays away', async ({ skip }) => {
      const done = await twice('late-event', ({ events }) => {
        const event = { id: events.newId(), userId: 'late-event', type: 'sign_in', at };
        return events.insert({ ...event, ip: null, userAgent: null }, later(3600));
      });
      if (!done) return skip();
      const { events } = done.store;
      const before = await events.list({ userId: 'late-event' }, 10);
      await events.erase('late-event', at);

      await done.arriveOnceMore();

      expect(before).toHaveLength(1);
      expect(await events.list({ userId: 'late-event' }, 10)).toEqual([]);
    });

    test.for<[string, (tokens: Parts['tokens'], token: TokenRecord) => Promise<unknown>]>([
      ['claim', (tokens, { tokenHash }) => tokens.claim(tokenHash, purposes, claimBy('one'))],
      ['refill', (tokens, { slot, data, tokenHash }) => tokens.refill(slot, data, `${tokenHash}-new`, at)],
      ['handOver', (tokens, { userId }) => tokens.handOver(userId, 'another')],
      ['release', (tokens, { tokenHash }) => tokens.release(tokenHash, 'one')],
      [
        'spend',
        (tokens, { tokenHash }) => tokens.spend(tokenHash, 'one', { at, network: 'n', keptUntil: later(9) }),
      ],
    ])('a %s of a token that was erased since brings none', async ([name, call], { skip }) => {
      const token = newToken(`late-${name}`);
      await open?.store.tokens.put(token);
      const done = await twice(`late-${name}`, ({ tokens }) => call(tokens, token));
      if (!done) return skip();
      const { tokens } = done.store;
      for (const userId of [token.userId, 'another']) await tokens.erase(userId);

      await done.arriveOnceMore();

      for (const hash of [token.tokenHash, `${token.tokenHash}-new`])
        expect(await tokens.find(hash, purposes, at)).toBeNull();
    });

    test('a claim that is given back takes nobody else’s', async ({ skip }) => {
      const token = newToken('late-giving');
      await open?.store.tokens.put(token);
      await open?.store.tokens.claim(token.tokenHash, purposes, claimBy('one'));
      const done = await twice('late-giving', ({ tokens }) => tokens.release(token.tokenHash, 'one'));
      if (!done) return skip();
      const { tokens } = done.store;
      const second = await tokens.claim(token.tokenHash, purposes, claimBy('two'));

      await done.arriveOnceMore();

      expect(second).toEqual(token);
      expect(await tokens.claim(token.tokenHash, purposes, claimBy('three'))).toBeNull();
    });

    test('roles that were taken since do not come back', async ({ skip }) => {
      const user = open && (await addUser(open.store.users));
      const id = user?.id ?? '';
      const granted = await twice(id, ({ users }) => users.setRoles(id, { from: 0, to: ['admin'], at }));
      if (!granted) return skip();
      const { users } = granted.store;
      await users.setRoles(id, { from: 1, to: [], at });

      await granted.arriveOnceMore();

      expect(granted.result?.roles).toEqual(['admin']);
      expect(await users.find(id)).toEqual({ ...user, rolesRevision: 2 });
    });

    test('a sign-up that is renewed and was removed since waits no more', async ({ skip }) => {
      const id = 'late-sign-up';
      const address = { email: 'late@example.com', emailKey: 'late@example.com', name: null, language: null };
      const signUp = { id, ...address, credentials: {}, createdAt: at, expiresAt: later(60) };
      await open?.store.signUps.add(signUp);
      const done = await twice(id, ({ signUps }) => signUps.renew(id, at, later(120)));
      if (!done) return skip();
      const { signUps } = done.store;
      await signUps.remove(id);

      await done.arriveOnceMore();

      expect(done.result).toBe(true);
      expect(await signUps.find(id, at)).toBeNull();
    });

    test('counters err on the safe side: one more counts, and a limit that was reached since stays', async ({
      skip,
    }) => {
      const added = await twice('late-count', ({ counters }) => counters.add('late-count', 600));
      if (!added) return skip();
      await added.arriveOnceMore();
      const { counters } = added.store;
      const unlessReached = { id: 'late-limit', limit: 2 };
      const removed = await twice('late-limit', () => counters.remove(['late-limit'], unlessReached));
      for (const _ of [1, 2]) await counters.add('late-limit', 600);

      await removed?.arriveOnceMore();

      const counts = await counters.read(['late-count', 'late-limit']);
      const [counted = 0, limited] = counts.map(({ count }) => count);
      // A server that is told to cancel what was given up may do so before it counts.
      expect([1, 2]).toContain(counted);
      expect(limited).toBe(2);
    });
  });
}

function newToken(name: string): TokenRecord {
  const token = { tokenHash: `${name}-hash`, slot: `reset:${name}`, purpose: 'reset', userId: name };
  return { ...token, data: { email: 'ada@example.com' }, createdAt: at, expiresAt: later(600) };
}
