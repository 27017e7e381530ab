import type { Migration } from '../migrate.ts';
import { addColumn } from './add-column.ts';

/** Counts changes of roles, so that one that arrives late undoes none. */
export const rolesRevision: Migration = {
  name: '006-roles-revision',
  up: (db) =>
    addColumn(db, 'users', 'roles_revision', (table) => {
      table.integer('roles_revision').notNullable().defaultTo(0);
    }),
};
