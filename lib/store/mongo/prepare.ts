import { MongoClient, MongoServerError } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import { ourConcerns, withoutConcerns } from '../../base/connection-string.ts';
import { createIndexes } from './indexes.ts';

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
export async function prepareDatabase(config: ConfigFor<'database'>): Promise<string[]> {
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
  });
  try {
    return await createIndexes(client.db(config.mongodbDatabase), config);
  } catch (error) {
    throw new PrepareError(error);
  } finally {
    await client.close();
  }
}
