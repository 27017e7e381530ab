import { migrateDatabase, PrepareError, prepareDatabase } from '../store/mongo/prepare.ts';
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

/**
 * Creates every index on the database that the environment names, and returns one line for each.
 *
 * @throws {UsageError} where `MONGODB_URI` is missing, bad or out of reach, or an index of the same name differs;
 * never with its value.
 */
export function createIndexesOn(env: NodeJS.ProcessEnv): Promise<string[]> {
  return explained('No index was created', prepareDatabase(configForIndexes(env)));
}

/**
 * Gives what an older release has stored the form of today, and returns how many users that were.
 *
 * @throws {UsageError} as {@link createIndexesOn} does.
 */
export function migrateOn(env: NodeJS.ProcessEnv): Promise<number> {
  return explained('Not every user was migrated', migrateDatabase(configForIndexes(env)));
}

async function explained<T>(failure: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    const hint = error.isConflict
      ? 'an index of the same name or keys is there with other options; drop it and run this again'
      : 'is the server of MONGODB_URI up, and may this user create indexes?';
    throw new UsageError(`${failure} on MONGODB_URI (${error.message}): ${hint}`, { cause: error });
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
  const migrated = await migrateOn(process.env);
  if (migrated > 0) console.log(`db:indexes: ${migrated} users were of the form of an older release`);
  console.log(`db:indexes: all ${lines.length} indexes are there; running it again changes nothing`);
});
