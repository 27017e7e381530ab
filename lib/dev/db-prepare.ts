import { type PrepareOptions, prepareStore } from '../store/prepare.ts';
import { PrepareError } from '../store/prepare-error.ts';
import { chosenStore, databaseVariable, exampleOf } from './chosen-store.ts';
import { runIfMain, UsageError } from './command.ts';
import { databaseConfig } from './database-config.ts';

/**
 * Makes all that the store needs on the database that the environment names: every index, or every table and index.
 *
 * @returns one line for each index, or step of the schema.
 * @throws {UsageError} where the database's variable is missing or bad, or the database is out of reach or refuses;
 * never with its value.
 */
export async function prepareOn(env: NodeJS.ProcessEnv, options: PrepareOptions = {}): Promise<string[]> {
  const config = databaseConfig(env);
  try {
    return await prepareStore(config, options);
  } catch (error) {
    if (!(error instanceof PrepareError)) throw error;
    const variable = databaseVariable(config.store);
    const usual =
      config.store === 'sqlite'
        ? 'is its folder there, may files be written in it, and is this one SQLite’s?'
        : `is the server of ${variable} up, and may this user create tables and indexes there?`;
    throw new UsageError(`Not prepared: ${variable} (${error.message}): ${error.hint ?? usual}`, {
      cause: error,
    });
  }
}

await runIfMain(import.meta.url, async () => {
  const [option, ...more] = process.argv.slice(2);
  if (more.length > 0 || (option !== undefined && option !== '--beside-older'))
    throw new UsageError(
      'db:prepare takes one option: --beside-older, while functions of the release before still run',
    );
  const besideOlder = option !== undefined;
  const store = chosenStore(process.env);
  const variable = databaseVariable(store);
  if (!process.env[variable]?.trim())
    throw new UsageError(
      `${variable} is missing. Name the database to prepare, for example:\n  ${exampleOf[store]} npm run db:prepare`,
    );
  for (const line of await prepareOn(process.env, { besideOlder })) console.log(`  ${line}`);
  console.log(`db:prepare: the database of ${variable} is prepared; running it again changes nothing`);
});
