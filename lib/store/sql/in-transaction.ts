import type { RawRunner } from './dialect.ts';
import { dispose } from './dispose.ts';

/**
 * Does some work in a transaction, of which all is done or nothing. It ends with the connection, and then nothing was
 * done. Afterwards the connection is as it was before, or is given to nobody any more.
 */
export async function inTransaction<T>(
  db: RawRunner,
  connection: unknown,
  work: () => Promise<T>,
): Promise<T> {
  await db.raw('begin', []);
  try {
    const result = await work();
    await db.raw('commit', []);
    return result;
  } catch (error) {
    await db.raw('rollback', []).catch((cause: unknown) => dispose(connection, cause));
    throw error;
  }
}
