import { MongoClient, MongoServerError } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import { PrepareError } from '../prepare-error.ts';
import { ourConcerns, withoutConcerns } from './connection-string.ts';
import { accessErrorOf } from './errors.ts';
import { createIndexes } from './indexes.ts';
import { migrateUsers } from './migrate-users.ts';

export interface PrepareOptions {
  /** Functions of an older release still run: what they could not read in today's form stays as it is. */
  besideOlder?: boolean;
}

/** An index is there under the same name or keys, with other options. */
const indexConflicts = new Set([85, 86]);
const conflictHint =
  'an index of the same name or keys is there with other options; drop it and run this again';

/**
 * Creates every index that is missing, and gives users of an older release's form that of today. Functions of that
 * release cannot read it.
 *
 * @returns one line for each index, such as `users.email_unique`, and one for the users where there were any.
 * @throws {PrepareError} where the server is out of reach, or refuses.
 */
export async function prepareMongo(
  config: ConfigFor<'database'>,
  { besideOlder = false }: PrepareOptions,
): Promise<string[]> {
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
  });
  try {
    const db = client.db(config.mongodbDatabase);
    const lines = await createIndexes(db, config);
    const migrated = besideOlder ? 0 : await migrateUsers(db);
    return migrated === 0 ? lines : [...lines, `users: ${migrated} were of the form of an older release`];
  } catch (error) {
    throw prepareError(error);
  } finally {
    await client.close();
  }
}

function prepareError(cause: unknown): PrepareError {
  if (!(cause instanceof MongoServerError))
    return new PrepareError(cause instanceof Error ? cause.name : 'unknown error', { cause });
  const hint = indexConflicts.has(Number(cause.code)) ? conflictHint : accessErrorOf(cause)?.hint;
  return new PrepareError(cause.codeName ?? `server error ${cause.code}`, { cause, hint });
}
