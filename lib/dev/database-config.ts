import type { ConfigFor } from '../base/config.ts';
import { ConfigError, readConfig } from '../store/read-config.ts';
import { UsageError } from './command.ts';

/** How a command reaches the database that the environment names; it does not depend on the stage. @throws {UsageError} */
export function databaseConfig(env: NodeJS.ProcessEnv): ConfigFor<'database' | 'activity'> {
  try {
    return readConfig({ ...env, STAGE: 'any' }, 'database', 'activity');
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message, { cause: error }) : error;
  }
}
