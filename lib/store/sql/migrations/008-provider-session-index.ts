import { addIndex } from './add-column.ts';
import type { Migration } from './migration.ts';

/** By itself: with the column PostgreSQL would keep everybody from reading sessions while the index is made. */
export const providerSessionIndex: Migration = {
  name: '008-provider-session-index',
  up: async () => undefined,
  upSessions: async (db, dialect, sessions) => {
    const [column, index] = ['provider_session', `${sessions}_provider_session`];
    // MySQL has no index of some rows. Elsewhere a session that came by none costs nothing here.
    if (dialect.store === 'mysql') await addIndex(db, dialect, index, sessions, [column]);
    else
      await db.raw('create index if not exists ?? on ?? (??) where ?? is not null', [
        ...[index, sessions, column, column],
      ]);
  },
};
