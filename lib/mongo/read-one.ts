import type { Db, Document } from 'mongodb';
import type { Limit } from './client.ts';

/**
 * Reads one document by its `_id`, from the primary, or gives null.
 *
 * For what every request does: `findOne` makes a cursor, which takes the driver a quarter longer.
 */
export async function readOne<T extends Document>(
  db: Db,
  { from, _id, projection = {} }: { from: string; _id: string; projection?: Document },
  { maxTimeMS }: Limit,
): Promise<T | null> {
  const command = { find: from, filter: { _id }, projection, limit: 1, singleBatch: true, maxTimeMS };
  const { cursor } = await db.command(command);
  return cursor.firstBatch[0] ?? null;
}
