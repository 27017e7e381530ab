import type { ConfigFor } from '../base/config.ts';
import { type PrepareOptions, prepareMongo } from './mongo/prepare.ts';
import { dialectOf } from './open-sql.ts';
import { prepareSql } from './sql/prepare.ts';

export type { PrepareOptions } from './mongo/prepare.ts';

/**
 * Makes all that the store of the configuration needs, on a connection of its own; safe to repeat and to stop.
 *
 * @returns one line for each index, or step of the schema.
 * @throws {PrepareError} where the server is out of reach, or refuses.
 */
export function prepareStore(config: ConfigFor<'database'>, options: PrepareOptions = {}): Promise<string[]> {
  if (config.store === 'mongodb') return prepareMongo(config, options);
  return prepareSql(config, dialectOf(config.store));
}
