import { MongoClient, MongoServerError } from 'mongodb';
import { ourConcerns, withoutConcerns } from '../base/connection-string.ts';
import { createIndexes } from '../store/mongo/indexes.ts';
import { ConfigError, readConfig } from '../store/read-config.ts';
import { runIfMain, UsageError } from './command.ts';

/** Indexes do not depend on the stage. */
function configForIndexes(env: NodeJS.ProcessEnv) {
  try {
    return readConfig({ ...env, STAGE: 'any' }, 'database');
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** The driver's message without host names and credentials, which only the connection string may know. */
function reason(error: unknown): string {
  if (error instanceof MongoServerError) return error.codeName ?? `server error ${error.code}`;
  return error instanceof Error ? error.name : 'unknown error';
}

/**
 * Creates every index on the database that the environment names, and returns one line for each.
 *
 * @throws {UsageError} where `MONGODB_URI` is missing, bad or out of reach, or an index of the same name differs;
 * never with its value.
 */
export async function createIndexesOn(env: NodeJS.ProcessEnv): Promise<string[]> {
  const config = configForIndexes(env);
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    serverSelectionTimeoutMS: 5000,
  });
  try {
    return await createIndexes(client.db(config.mongodbDatabase), config);
  } catch (error) {
    const conflict = error instanceof MongoServerError && [85, 86].includes(Number(error.code));
    const hint = conflict
      ? 'an index of the same name or keys is there with other options; drop it and run this again'
      : 'is the server of MONGODB_URI up, and may this user create indexes?';
    throw new UsageError(`No index was created on MONGODB_URI (${reason(error)}): ${hint}`, { cause: error });
  } finally {
    await client.close();
  }
}

await runIfMain(import.meta.url, async () => {
  if (!process.env.MONGODB_URI?.trim())
    throw new UsageError(
      'MONGODB_URI is missing. Name the database to create the indexes on, for example:\n' +
        '  MONGODB_URI=mongodb://127.0.0.1:27017 npm run db:indexes',
    );
  const lines = await createIndexesOn(process.env);
  for (const line of lines) console.log(`  ${line}`);
  console.log(`db:indexes: all ${lines.length} indexes are there; running it again changes nothing`);
});
