import type { ConfigFor } from '../base/config.ts';
import type { CopySide } from './copying.ts';
import { openMongoCopying } from './mongo/copying.ts';
import { dialectOf } from './open-sql.ts';
import { openSqlCopying } from './sql/copying.ts';

/** One side of a copy, on the store that the configuration names; made without any I/O. */
export function openCopying(config: ConfigFor<'database'>): CopySide {
  if (config.store === 'mongodb') return openMongoCopying(config);
  return openSqlCopying(config, dialectOf(config.store));
}
