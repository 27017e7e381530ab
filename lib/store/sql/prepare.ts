import type { ConfigFor } from '../../base/config.ts';
import { PrepareError } from '../prepare-error.ts';
import { accessErrorOf } from './access.ts';
import type { Dialect } from './dialect.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/migrations.ts';
import { ForeignTableError } from './own-table.ts';

const ownDatabase = 'nothing of it was changed. Name a database that is for this product alone';

/** As PostgreSQL and MySQL say that a table was waited for in vain. */
const tableIsUsed = new Set(['55P03', 'ER_LOCK_WAIT_TIMEOUT']);
const laterHint =
  'a long transaction, such as a backup, uses a table that has to change. Run it again when that is done: what was made stays';

/**
 * Brings the schema up to date.
 *
 * @returns a line for each of its steps, those that were made before too.
 * @throws {PrepareError} where the database is out of reach, or refuses.
 */
export async function prepareSql(config: ConfigFor<'database'>, dialect: Dialect): Promise<string[]> {
  try {
    const made = await migrate(config, dialect);
    return migrations.map(({ name }) => `${name}: ${made.includes(name) ? 'made now' : 'was there'}`);
  } catch (cause) {
    if (cause instanceof ForeignTableError)
      throw new PrepareError(cause.message, { cause, hint: ownDatabase });
    const { code, name } = cause as { code?: unknown; name?: string };
    if (tableIsUsed.has(String(code))) throw new PrepareError(String(code), { cause, hint: laterHint });
    const access = accessErrorOf(cause, dialect, undefined, 'prepare');
    // Of a file no more is known than the command says by itself.
    const hint = access?.fault === 'file' ? undefined : access?.hint;
    throw new PrepareError(String(code || name || 'unknown error'), { cause, hint });
  }
}
