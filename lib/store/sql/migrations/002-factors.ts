import type { Knex } from 'knex';
import type { Migration } from '../migrate.ts';

/** What users can show beside a password, and sign-ins that wait for it. */
export const factors: Migration = {
  name: '002-factors',
  up: async (db, dialect) => {
    await addColumn(db, 'users', 'factors', (table) => {
      table.specificType('factors', dialect.textType);
    });
    await addColumn(db, 'users', 'factors_revision', (table) => {
      table.integer('factors_revision').notNullable().defaultTo(0);
    });
  },
  upSessions: (db, _dialect, sessions) =>
    addColumn(db, sessions, 'waits', (table) => {
      table.smallint('waits').notNullable().defaultTo(0);
    }),
};

/** Where the schema is not part of a transaction, as in MySQL, an interrupted run has made some of them. */
async function addColumn(
  db: Knex.Transaction,
  table: string,
  column: string,
  add: (table: Knex.AlterTableBuilder) => void,
): Promise<void> {
  if (!(await db.schema.hasColumn(table, column))) await db.schema.alterTable(table, add);
}
