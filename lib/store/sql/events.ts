import type { Knex } from 'knex';
import type { EventRecords } from '../contract.ts';
import { newRecordId } from '../record-id.ts';
import type { EventRecord } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables, toDate, toMs } from './tables.ts';

interface EventRow {
  /** What follows but `expires_at` is null where an event was taken out and may arrive once more. */
  id: string;
  user_id: string | null;
  type: string | null;
  at: Milliseconds | null;
  ip: string | null;
  user_agent: string | null;
  done_by: string | null;
  about: string | null;
  /** 1 where it took two tries to write it. */
  may_arrive_again: number;
  expires_at: Milliseconds;
}

const hourMs = 60 * 60 * 1000;

/** What is left of an event that was taken out. */
const emptied = {
  ...{ user_id: null, done_by: null, about: null },
  ...{ type: null, at: null, ip: null, user_agent: null },
};

/** What happened on accounts. */
export function createEventRecords({ run }: Sql): EventRecords {
  const rows = (db: Db) => db<EventRow>(tables.events);

  return {
    newId: newRecordId,
    insert: async (event, expiresAt) => {
      let tries = 0;
      await run((db) => {
        tries += 1;
        // A repeat after a lost answer finds the event there.
        return db.insertNew(tables.events, 'id', toRow(event, expiresAt, tries > 1));
      });
    },
    insertNothing: async (id, expiresAt) => {
      const row = { ...emptied, id, may_arrive_again: 0, expires_at: toMs(expiresAt) };
      await run((db) => db.insertNew(tables.events, 'id', row));
    },
    list: async ({ userId, type }, most, before) => {
      const of = { ...(userId !== undefined && { user_id: userId }), ...(type !== undefined && { type }) };
      const found = await run((db) =>
        newestFirst(rows(db).where(of).whereNotNull('at'))
          .modify((query) => void (before && query.where(earlierThan(before))))
          .limit(most)
          .select(),
      );
      return (found as EventRow[]).map(toRecord);
    },
    kindsOf: async (userId, most) => {
      const found = await run((db) =>
        newestFirst(rows(db).where({ user_id: userId }))
          .limit(most)
          .select('id', 'type'),
      );
      return found.map(({ id, type }) => ({ id, type: type ?? '' }));
    },
    remove: async (ids) => {
      await run((db) =>
        rows(db)
          .whereIn('id', [...ids])
          .delete(),
      );
    },
    erase: async (userId, now) => {
      await run((db) => rows(db).where({ user_id: userId, may_arrive_again: 0 }).delete());
      // The first of two tries may still be under way: it must find its id taken.
      await run((db) =>
        rows(db)
          .where({ user_id: userId })
          .update({ ...emptied, expires_at: toMs(now) + hourMs }),
      );
    },
  };
}

const newestFirst = <R extends object>(query: Knex.QueryBuilder<R, R[]>) =>
  query.orderBy([
    { column: 'at', order: 'desc' },
    { column: 'id', order: 'desc' },
  ]);

const earlierThan =
  ({ at, id }: { at: Date; id: string }) =>
  (either: Knex.QueryBuilder) =>
    void either
      .where('at', '<', toMs(at))
      .orWhere((same) => void same.where({ at: toMs(at) }).where('id', '<', id));

function toRow(event: EventRecord, expiresAt: Date, mayArriveAgain: boolean): EventRow {
  const { id, userId, type, at, ip, userAgent, by = null, about = null } = event;
  return {
    id,
    user_id: userId,
    type,
    at: toMs(at),
    ip,
    user_agent: userAgent,
    done_by: by,
    about,
    may_arrive_again: mayArriveAgain ? 1 : 0,
    expires_at: toMs(expiresAt),
  };
}

function toRecord({ id, user_id, type, at, ip, user_agent, done_by, about }: EventRow): EventRecord {
  const who = { ...(done_by !== null && { by: done_by }), ...(about !== null && { about }) };
  const userId = user_id ?? '';
  return { id, userId, type: type ?? '', at: toDate(at ?? 0), ip, userAgent: user_agent, ...who };
}
