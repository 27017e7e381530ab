import { addColumn } from './add-column.ts';
import type { Migration } from './migration.ts';

/** By which session with a provider a session came, so that it ends with that; null where by none that is known. */
export const providerSessions: Migration = {
  name: '007-provider-sessions',
  up: async () => undefined,
  upSessions: async (db, dialect, sessions) =>
    addColumn(
      db,
      sessions,
      'provider_session',
      (table) => void table.specificType('provider_session', dialect.keyType),
    ),
};
