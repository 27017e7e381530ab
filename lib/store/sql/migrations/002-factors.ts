import { addColumn } from './add-column.ts';
import type { Migration } from './migration.ts';

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
