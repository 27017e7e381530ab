import type { Document } from 'mongodb';
import type { Mongo } from './client.ts';

export interface Source {
  /** Name of the collection. */
  from: string;
  projection?: Document;
}

/**
 * Reads one document by its `_id`, from the primary, or gives null.
 *
 * @throws {Problem} 503 `unavailable` where the database did not answer in time.
 */
export type Reader<T> = (id: string) => Promise<T | null>;

/** Makes a reader for what every request does. `findOne` makes a cursor, which takes the driver a quarter longer. */
export function createReader<T>(mongo: Mongo, { from, projection = {} }: Source): Reader<T> {
  return (_id) =>
    mongo.run(async (db, { maxTimeMS }) => {
      const command = { find: from, filter: { _id }, projection, limit: 1, singleBatch: true, maxTimeMS };
      const { cursor } = await db.command(command);
      return cursor.firstBatch[0] ?? null;
    });
}
