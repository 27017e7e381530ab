import type { Migration } from '../migrate.ts';
import { addColumn, addIndex } from './add-column.ts';

/** By which session with a provider a session came, so that it ends with that; null where by none that is known. */
export const providerSessions: Migration = {
  name: '007-provider-sessions',
  up: async () => undefined,
  upSessions: async (db, dialect, sessions) => {
    const [column, index] = ['provider_session', `${sessions}_provider_session`];
    await addColumn(db, sessions, column, (table) => void table.specificType(column, dialect.keyType));
    // MySQL has no index of some rows. Elsewhere a session that came by none costs nothing here.
    if (dialect.store === 'mysql') await addIndex(db, dialect, index, sessions, [column]);
    else
      await db.raw('create index if not exists ?? on ?? (??) where ?? is not null', [
        ...[index, sessions, column, column],
      ]);
  },
};
