import { beforeAll, describe, expect, test } from 'vitest';
import type { TokenRecords } from '../../../lib/store/contract.ts';
import type { TokenRecord } from '../../../lib/store/records.ts';
import { noon } from './new-user.ts';
import type { OpenStore } from './open-store.ts';

const at = noon;
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);
const purposes = ['reset'];

let count = 0;

/** A token that no other test has. */
function newToken(more: Partial<TokenRecord> = {}): TokenRecord {
  count += 1;
  const userId = `user-${count}`;
  return {
    tokenHash: `hash-${count}`,
    slot: `reset:${userId}`,
    purpose: 'reset',
    userId,
    data: { email: 'ada@example.com', credentialsVersion: 3 },
    createdAt: at,
    expiresAt: later(600),
    ...more,
  };
}

const claimBy = (by: string) => ({ by, at, until: later(15) });

/** What every store promises of one-time tokens. */
export function tokensContract(open: OpenStore<'tokens'>): void {
  describe('tokens', () => {
    let tokens: TokenRecords;
    beforeAll(async () => {
      ({ tokens } = await open());
    });

    test('are found by their hash as they were put, by their purpose and until they are over', async () => {
      const token = newToken();

      await tokens.put(token);
      await tokens.put(token);

      expect(await tokens.find(token.tokenHash, ['other', 'reset'], at)).toEqual(token);
      expect(await tokens.find(token.tokenHash, ['other'], at)).toBeNull();
      expect(await tokens.find(token.tokenHash, purposes, token.expiresAt)).toBeNull();
      expect(await tokens.listOf(token.userId, at)).toEqual([token]);
    });

    test('take the place of the older one of their slot, of ten at once too', async () => {
      const { slot, userId } = newToken();
      const made = Array.from({ length: 10 }, () => newToken({ slot, userId }));

      await Promise.all(made.map((token) => tokens.put(token)));

      expect(await tokens.listOf(userId, at)).toHaveLength(1);
    });

    test('are listed oldest first, and by purpose where they are of one time', async () => {
      const { userId } = newToken();
      const of = (purpose: string, seconds: number, slot = `${purpose}:${userId}`) =>
        newToken({ userId, purpose, slot, createdAt: later(seconds) });
      // Slots that sort otherwise.
      const made = [
        of('verify', 9),
        of('verify', 1, `a:${userId}`),
        of('change', 1, `z:${userId}`),
        of('b', 5),
      ];
      for (const token of made) await tokens.put(token);

      const listed = await tokens.listOf(userId, at);

      expect(listed.map(({ purpose }) => purpose)).toEqual(['change', 'verify', 'b', 'verify']);
    });

    test('are claimed by one of ten at once, and by it again', async () => {
      const token = newToken();
      await tokens.put(token);

      const claims = await Promise.all(
        Array.from({ length: 10 }, (_, by) => tokens.claim(token.tokenHash, purposes, claimBy(`by-${by}`))),
      );

      const won = claims.findIndex((claim) => claim !== null);
      expect(claims.filter((claim) => claim !== null)).toEqual([token]);
      expect(await tokens.claim(token.tokenHash, purposes, claimBy(`by-${won}`))).toEqual(token);
    });

    test('may be claimed by another when the claim is over, or was given back', async () => {
      const [dead, released] = [newToken(), newToken()];
      await tokens.put(dead);
      await tokens.put(released);
      await tokens.claim(dead.tokenHash, purposes, claimBy('one'));
      await tokens.claim(released.tokenHash, purposes, claimBy('one'));

      await tokens.release(released.tokenHash, 'another');
      const notYet = await tokens.claim(released.tokenHash, purposes, claimBy('two'));
      await tokens.release(released.tokenHash, 'one');

      expect(notYet).toBeNull();
      expect(await tokens.claim(released.tokenHash, purposes, claimBy('two'))).toEqual(released);
      const muchLater = { by: 'two', at: later(15), until: later(30) };
      expect(await tokens.claim(dead.tokenHash, purposes, muchLater)).toEqual(dead);
    });

    test('that are spent give their slot up, are claimed by nobody, and say when and from where', async () => {
      const token = newToken();
      const keptUntil = later(86_400);
      await tokens.put(token);
      await tokens.claim(token.tokenHash, purposes, claimBy('one'));

      await tokens.spend(token.tokenHash, 'another', { at, network: '192.0.2.1', keptUntil });
      const unspent = await tokens.find(token.tokenHash, purposes, at);
      for (const _ of ['once', 'twice'])
        await tokens.spend(token.tokenHash, 'one', { at, network: '192.0.2.1', keptUntil });
      await tokens.put(newToken({ slot: token.slot, userId: token.userId }));

      expect(unspent?.spent).toBeUndefined();
      expect(await tokens.claim(token.tokenHash, purposes, claimBy('one'))).toBeNull();
      expect(await tokens.find(token.tokenHash, purposes, later(3600))).toMatchObject({
        spent: { at, network: '192.0.2.1' },
        expiresAt: keptUntil,
      });
    });

    test('are refilled only while they are live, unclaimed, and about the same', async () => {
      const token = newToken();
      const { slot, data } = token;
      await tokens.put(token);

      expect(await tokens.refill(slot, { ...data, credentialsVersion: 4 }, 'other', at)).toBe(false);
      expect(await tokens.refill(slot, { ...data, email: 'eve@example.com' }, 'other', at)).toBe(false);
      expect(await tokens.refill(slot, data, 'other', token.expiresAt)).toBe(false);
      expect(await tokens.refill(slot, data, `${token.tokenHash}-new`, at)).toBe(true);
      expect(await tokens.find(token.tokenHash, purposes, at)).toBeNull();
      await tokens.claim(`${token.tokenHash}-new`, purposes, claimBy('one'));
      expect(await tokens.refill(slot, data, 'other', at)).toBe(false);
      await tokens.end(token.userId, purposes);
      expect(await tokens.refill(slot, data, 'other', at)).toBe(false);
    });

    test('end by their purpose and from a version on, but not those that did their work', async () => {
      const userId = newToken().userId;
      const older = newToken({ userId, data: { email: 'a@example.com', credentialsVersion: 2 } });
      const newer = newToken({ userId, data: { email: 'a@example.com', credentialsVersion: 5 } });
      const other = newToken({ userId, purpose: 'verify' });
      const spent = newToken({ userId });
      for (const token of [older, newer, other, spent]) await tokens.put(token);
      await tokens.claim(spent.tokenHash, purposes, claimBy('one'));
      await tokens.spend(spent.tokenHash, 'one', { at, network: 'n', keptUntil: later(900) });

      await tokens.end(userId, purposes, 5);
      await tokens.end(userId, purposes, 5);

      expect((await tokens.listOf(userId, at)).map(({ tokenHash }) => tokenHash).sort()).toEqual(
        [older.tokenHash, other.tokenHash].sort(),
      );
      expect(await tokens.find(spent.tokenHash, purposes, at)).not.toBeNull();
    });

    test('are handed over whole, and erased whole; what comes late finds nothing', async () => {
      const [token, spent] = [newToken(), newToken()];
      await tokens.put(token);
      await tokens.put({ ...spent, userId: token.userId });
      await tokens.claim(spent.tokenHash, purposes, claimBy('one'));
      await tokens.spend(spent.tokenHash, 'one', { at, network: 'n', keptUntil: later(900) });

      await tokens.handOver(token.userId, 'new-owner');
      const found = await tokens.find(spent.tokenHash, purposes, at);
      await tokens.erase('new-owner');
      await tokens.spend(spent.tokenHash, 'one', { at, network: 'n', keptUntil: later(900) });
      await tokens.release(token.tokenHash, 'one');

      expect(found?.userId).toBe('new-owner');
      for (const { tokenHash } of [token, spent])
        expect(await tokens.find(tokenHash, purposes, at)).toBeNull();
    });
  });
}
