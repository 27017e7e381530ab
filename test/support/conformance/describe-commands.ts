import { describe, expect, test } from 'vitest';
import { mongoDatabase } from '../database.ts';
import { errorOf, type Server } from './server.ts';

/** Commands that are about no document. */
export function describeCommands({ database, collectionWith }: Server): void {
  describe('commands', () => {
    test('answers ping and hello', async () => {
      const admin = database.db().admin();
      expect(await admin.ping()).toMatchObject({ ok: 1 });
      const hello = await admin.command({ hello: 1 });
      expect(hello).toMatchObject({ isWritablePrimary: true, maxBsonObjectSize: 16 * 1024 * 1024 });
      expect(hello.maxWireVersion).toBeGreaterThanOrEqual(9);
    });

    test('an unknown command is an error that names it', async () => {
      const error = await errorOf(database.db().command({ noSuchThing: 1 }));
      expect(error.message).toContain('noSuchThing');
    });

    test('an unknown field of a command is an error, not ignored', async () => {
      const { collectionName } = await collectionWith({ _id: 1 });
      const error = await errorOf(database.db().command({ find: collectionName, filtre: {} }));
      expect(error.message).toContain('filtre');
    });
  });

  test('a database that is dropped is empty', async () => {
    const other = mongoDatabase('conformance_dropped');
    await other.db().collection('a').insertOne({ b: 1 });
    await other.db().dropDatabase();
    expect(await other.db().collection('a').countDocuments()).toBe(0);
    expect(await other.db().listCollections().toArray()).toEqual([]);
    await other.drop();
  });
}
