import { addColumn } from './add-column.ts';
import type { Migration } from './migration.ts';

/** Counts changes of roles, so that one that arrives late undoes none; and those who are kept out, in order. */
export const administration: Migration = {
  name: '006-administration',
  up: async (db, dialect) => {
    await addColumn(db, 'users', 'roles_revision', (table) => {
      table.integer('roles_revision').notNullable().defaultTo(0);
    });
    // MySQL has no index of some rows: there the index on `disabled_at` leads to them, and they are sorted.
    if (dialect.store === 'mysql') return;
    for (const key of ['email_key', 'name_key'])
      await db.raw('create index if not exists ?? on users (??, id) where disabled_at is not null', [
        `users_disabled_${key}`,
        key,
      ]);
  },
};
