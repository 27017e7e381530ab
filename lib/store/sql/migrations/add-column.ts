import type { Knex } from 'knex';
import type { Dialect } from '../dialect.ts';

/** Adds a column. Where the schema is not part of a transaction, as in MySQL, an interrupted run has made some of them. */
export async function addColumn(
  db: Knex.Transaction,
  table: string,
  column: string,
  add: (table: Knex.AlterTableBuilder) => void,
): Promise<void> {
  if (!(await db.schema.hasColumn(table, column))) await db.schema.alterTable(table, add);
}

/** MySQL says so of an index that is there. */
const duplicateName = 1061;

/** Adds an index, as {@link addColumn} does. */
export async function addIndex(
  db: Knex.Transaction,
  dialect: Dialect,
  name: string,
  table: string,
  columns: readonly string[],
): Promise<void> {
  const unlessThere = dialect.store === 'mysql' ? '' : 'if not exists';
  const list = columns.map(() => '??').join(', ');
  try {
    await db.raw(`create index ${unlessThere} ?? on ?? (${list})`, [name, table, ...columns]);
  } catch (error) {
    if ((error as { errno?: unknown }).errno !== duplicateName) throw error;
  }
}
