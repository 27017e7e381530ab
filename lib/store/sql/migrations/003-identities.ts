import { createOwnTable } from '../own-table.ts';
import type { Migration } from './migration.ts';

/** Who users are with providers: nobody else has the same, and it goes with the user. */
export const identities: Migration = {
  name: '003-identities',
  up: (db, dialect) =>
    createOwnTable(db, 'identities', (table) => {
      table.specificType('identity_key', dialect.keyType).primary();
      table.specificType('user_id', dialect.keyType).notNullable().index('identities_user');
      table.foreign('user_id').references('users.id').onDelete('cascade');
    }),
};
