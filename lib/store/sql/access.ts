import { AccessError, accessHint } from '../access-error.ts';
import type { Dialect } from './dialect.ts';
import { identityTable, type Tables } from './tables.ts';

/** What an error says that somebody has to put right; undefined for any other. */
export function accessErrorOf(
  error: unknown,
  dialect: Dialect,
  tables?: Tables,
  what: 'serve' | 'prepare' = 'serve',
): AccessError | undefined {
  const fault = dialect.accessFault(error);
  if (!fault) return undefined;
  const table = tables && fault === 'grants' ? tableIn(error, tables) : undefined;
  return new AccessError(fault, accessHint(fault, dialect.store, what, table), error);
}

/**
 * The table of ours that a refusal names. Nothing else is taken of its message: Knex puts the statement before it, and
 * MySQL the user.
 */
function tableIn(error: unknown, tables: Tables): string | undefined {
  const said = (error as Error).message.split(' - ').at(-1) ?? '';
  const words = said.split(/[^A-Za-z0-9_]+/);
  return words.findLast((word) => [...Object.values(tables), identityTable].includes(word));
}
