import type { RepeatRecords } from '../contract.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables, toMs } from './tables.ts';

interface RepeatRow {
  id: string;
  subject: string;
  expires_at: Milliseconds;
}

/** Marks of what was done a moment ago. */
export function createRepeatRecords({ run }: Sql): RepeatRecords {
  const rows = (db: Db) => db<RepeatRow>(tables.repeats);
  const toRow = (id: string, subject: string, expiresAt: Date): RepeatRow => ({
    id,
    subject,
    expires_at: toMs(expiresAt),
  });

  return {
    put: (id, subject, expiresAt) => run((db) => db.put(tables.repeats, 'id', toRow(id, subject, expiresAt))),
    begin: async (id, subject, expiresAt, now) => {
      const mark = toRow(id, subject, expiresAt);
      if (await run((db) => db.insertNew(tables.repeats, 'id', mark))) return true;
      // Also its own, which a first try may have left whose answer was lost.
      const count = await run((db) =>
        rows(db)
          .where({ id })
          .where((either) => void either.where('expires_at', '<=', toMs(now)).orWhere({ subject }))
          .update(mark),
      );
      return count === 1;
    },
    find: async (id, now) => {
      const row = await run((db) => rows(db).where({ id }).where('expires_at', '>', toMs(now)).first());
      return row?.subject ?? null;
    },
    erase: async (subject) => {
      await run((db) => rows(db).where({ subject }).delete());
    },
  };
}
