import { type Config, type ConfigFor, everyNeed, type Need } from '../base/config.ts';
import { readSettings } from '../base/read-settings.ts';
import { bundledStore } from './bundled-store.ts';
import { isConnectionString } from './mongo/connection-string.ts';
import { isSessionTable } from './sql/session-table.ts';

export type { Config, ConfigFor, SameSite } from '../base/config.ts';
export { ConfigError } from '../base/read-settings.ts';

/**
 * Reads what a function asks for of the environment into one frozen configuration, all of it where nothing is named;
 * an empty value counts as unset.
 *
 * @throws {ConfigError} one error that names every missing or bad variable and prints no value.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config;
export function readConfig<N extends Need>(environment: NodeJS.ProcessEnv, ...needs: N[]): ConfigFor<N>;
export function readConfig(environment: NodeJS.ProcessEnv, ...needs: Need[]) {
  const stores = { isConnectionString, isSessionTable, bundledStore };
  return readSettings(environment, needs.length === 0 ? everyNeed : needs, stores);
}
