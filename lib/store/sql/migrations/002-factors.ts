import type { Migration } from '../migrate.ts';

/** What users can show beside a password, and sign-ins that wait for it. */
export const factors: Migration = {
  name: '002-factors',
  up: async (db, dialect) => {
    // Where the schema is not part of a transaction, as in MySQL, an interrupted run has made some of them.
    if (!(await db.schema.hasColumn('users', 'factors')))
      await db.schema.alterTable('users', (table) => {
        table.specificType('factors', dialect.textType);
      });
    if (!(await db.schema.hasColumn('users', 'factors_revision')))
      await db.schema.alterTable('users', (table) => {
        table.integer('factors_revision').notNullable().defaultTo(0);
      });
    if (!(await db.schema.hasColumn('sessions', 'waits')))
      await db.schema.alterTable('sessions', (table) => {
        table.smallint('waits').notNullable().defaultTo(0);
      });
  },
};
