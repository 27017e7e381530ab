import MongoStore from 'connect-mongo';
import type { SessionData } from 'express-session';
import { RateLimiterMongo } from 'rate-limiter-flexible';
import { describe, expect, test } from 'vitest';
import type { Server } from './server.ts';

type Callback<T> = (error: unknown, value?: T) => void;

/** The value that a callback of connect-mongo is given. */
function kept<T>(act: (callback: Callback<T>) => void): Promise<T | undefined> {
  return new Promise((resolve, reject) => act((error, value) => (error ? reject(error) : resolve(value))));
}

function sessionData(fields: Record<string, unknown>): SessionData {
  return {
    cookie: { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000) },
    ...fields,
  } as SessionData;
}

/** The libraries that the product talks to MongoDB by, as they come. */
export function describeLibraries({ database, collectionWith }: Server): void {
  describe('connect-mongo', () => {
    async function store(options: { touchAfter?: number; timestamps?: boolean; stringify?: boolean } = {}) {
      const { collectionName } = await collectionWith();
      return MongoStore.create({
        client: database.client(),
        dbName: database.name,
        collectionName,
        ...options,
      });
    }

    test.each([{}, { stringify: false }, { touchAfter: 60 }, { timestamps: true }])(
      'keeps sessions, with %o',
      async (options) => {
        const sessions = await store(options);
        await kept((done) => sessions.set('a', sessionData({ n: 1 }), done));
        await kept((done) => sessions.set('b', sessionData({ n: 2 }), done));
        await kept((done) => sessions.set('a', sessionData({ n: 3 }), done));
        await kept((done) => sessions.touch('a', sessionData({ n: 3 }), done));
        expect(await kept((done) => sessions.get('a', done))).toMatchObject({ n: 3 });
        expect(await kept((done) => sessions.get('c', done))).toBeNull();
        expect(await kept((done) => sessions.all(done))).toHaveLength(2);
        expect(await kept((done) => sessions.length(done))).toBe(2);
        await kept((done) => sessions.destroy('b', done));
        expect(await kept((done) => sessions.length(done))).toBe(1);
        await kept((done) => sessions.clear(done));
        expect(await kept((done) => sessions.length(done))).toBe(0);
      },
    );

    test('touching a session that is gone is an error', async () => {
      const sessions = await store();
      await expect(kept((done) => sessions.touch('gone', sessionData({}), done))).rejects.toThrow(
        'Unable to find',
      );
    });

    test('makes its TTL index', async () => {
      const sessions = await store();
      await kept((done) => sessions.set('a', sessionData({}), done));
      const collection = await sessions.collectionP;
      expect(await collection.indexExists('expires_1')).toBe(true);
    });
  });

  describe('rate-limiter-flexible', () => {
    async function limiter(options: { points: number; duration: number }) {
      const { collectionName } = await collectionWith();
      const storeClient = database.client();
      await storeClient.connect();
      const made = new RateLimiterMongo({
        ...{ storeClient, dbName: database.name, tableName: collectionName, keyPrefix: 'k' },
        ...{ disableIndexesCreation: true, ...options },
      });
      await made.createIndexes();
      return made;
    }

    test('counts up to its limit, and from then on refuses', async () => {
      const limits = await limiter({ points: 2, duration: 60 });
      expect(await limits.consume('a')).toMatchObject({
        consumedPoints: 1,
        remainingPoints: 1,
        isFirstInDuration: true,
      });
      expect(await limits.consume('a')).toMatchObject({ consumedPoints: 2, remainingPoints: 0 });
      await expect(limits.consume('a')).rejects.toMatchObject({ consumedPoints: 3 });
      expect(await limits.get('a')).toMatchObject({ consumedPoints: 3 });
      expect(await limits.reward('a')).toMatchObject({ consumedPoints: 2 });
      expect(await limits.delete('a')).toBe(true);
      expect(await limits.get('a')).toBeNull();
    });

    test('begins anew when its time is over', async () => {
      const limits = await limiter({ points: 1, duration: 1 });
      await limits.consume('a');
      await expect(limits.consume('a')).rejects.toMatchObject({ consumedPoints: 2 });
      const again = () =>
        limits.consume('a').then(
          (result) => result.consumedPoints,
          () => undefined,
        );
      await expect.poll(again, { timeout: 10_000, interval: 300 }).toBe(1);
    });

    test('counts all of many at once', async () => {
      const limits = await limiter({ points: 5, duration: 60 });
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => limits.consume('a')));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
      expect(await limits.get('a')).toMatchObject({ consumedPoints: 20 });
    });

    test('blocks for a time', async () => {
      const limits = await limiter({ points: 5, duration: 60 });
      await limits.block('a', 60);
      await expect(limits.consume('a')).rejects.toMatchObject({ remainingPoints: 0 });
    });
  });
}
