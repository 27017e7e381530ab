import type { Knex } from 'knex';

/** A table that has the name of one of ours and is another application's. */
export class ForeignTableError extends Error {
  override readonly name = 'ForeignTableError';
  readonly table: string;

  constructor(table: string) {
    super(`the table ${table} is another application's`);
    this.table = table;
  }
}

type Columns = (table: Knex.CreateTableBuilder) => void;

/**
 * Creates a table, where there is none. One that an interrupted run has made is taken as it is: MySQL keeps it, since
 * the schema is no part of its transactions.
 *
 * @throws {ForeignTableError} where a table of that name lacks a column of ours.
 */
export async function createOwnTable(db: Knex, name: string, columns: Columns): Promise<void> {
  if (!(await db.schema.hasTable(name))) return db.schema.createTable(name, columns);
  const found = Object.keys(await db(name).columnInfo());
  const own = namesOf(columns);
  // Later steps have added others.
  if (!own.every((column) => found.includes(column))) throw new ForeignTableError(name);
}

/** The names of the columns that a table is made of: what its builder is told first, but for keys and indexes. */
function namesOf(columns: Columns): string[] {
  const names: string[] = [];
  const column: unknown = new Proxy(() => column, { get: () => column, apply: () => column });
  const table = new Proxy({} as Knex.CreateTableBuilder, {
    get: (_table, method) => (name: unknown) => {
      if (method !== 'index' && typeof name === 'string') names.push(name);
      return column;
    },
  });
  columns(table);
  return names;
}
