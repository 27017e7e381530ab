import { type Db, MongoClient, MongoServerError } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import { ourConcerns, withoutConcerns } from './connection-string.ts';
import { createIndexes } from './indexes.ts';
import { migrateUsers } from './migrate-users.ts';

/** A database that could not be prepared; says nothing of hosts and credentials, which only its URI may know. */
export class PrepareError extends Error {
  override readonly name = 'PrepareError';
  /** An index is there under the same name or keys, with other options. */
  readonly isConflict: boolean;

  constructor(cause: unknown) {
    super(reasonOf(cause), { cause });
    this.isConflict = cause instanceof MongoServerError && indexConflicts.has(Number(cause.code));
  }
}

const indexConflicts = new Set([85, 86]);

function reasonOf(error: unknown): string {
  if (error instanceof MongoServerError) return error.codeName ?? `server error ${error.code}`;
  return error instanceof Error ? error.name : 'unknown error';
}

/**
 * Creates every index that is missing, on a connection of its own; safe to repeat.
 *
 * @returns one line for each index, such as `users.email_unique`.
 * @throws {PrepareError} where the server is out of reach, or refuses.
 */
export function prepareDatabase(config: ConfigFor<'database'>): Promise<string[]> {
  return onDatabase(config, (db) => createIndexes(db, config));
}

/**
 * Gives what an older release has stored the form of today; safe to repeat and to stop. Functions of that release
 * cannot read it: run it once no more of them are deployed.
 *
 * @returns how many users that were.
 * @throws {PrepareError} as {@link prepareDatabase} does.
 */
export function migrateDatabase(config: ConfigFor<'database'>): Promise<number> {
  return onDatabase(config, migrateUsers);
}

async function onDatabase<T>(config: ConfigFor<'database'>, work: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
  });
  try {
    return await work(client.db(config.mongodbDatabase));
  } catch (error) {
    throw new PrepareError(error);
  } finally {
    await client.close();
  }
}
