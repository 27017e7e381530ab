import { MongoClient } from 'mongodb';
import { type Config, readEnvironment } from './environment.ts';

export { type Config, ConfigError, type SameSite } from './environment.ts';

/**
 * Reads the whole environment into one frozen {@link Config}; an empty value counts as unset.
 *
 * @throws {ConfigError} one error that names every missing or bad variable and prints no value.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  return readEnvironment(environment, isConnectionString);
}

function isConnectionString(uri: string): boolean {
  try {
    new MongoClient(uri);
    return true;
  } catch {
    return false;
  }
}
