import { addColumn } from './add-column.ts';
import type { Migration } from './migration.ts';

/** In which language users are written to; null where they have chosen none, as a release before leaves it. */
export const language: Migration = {
  name: '005-language',
  up: async (db, dialect) => {
    for (const table of ['users', 'sign_ups'])
      await addColumn(
        db,
        table,
        'language',
        (altered) => void altered.specificType('language', dialect.keyType),
      );
  },
};
