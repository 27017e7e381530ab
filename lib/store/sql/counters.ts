import type { CounterRecords } from '../contract.ts';
import type { Count } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables } from './tables.ts';

interface CounterRow {
  id: string;
  points: number;
  expires_at: Milliseconds;
}

const nothing: Count = { count: 0, secondsLeft: 0 };

/** The shared counters, by the machine's clock. A statement that is repeated may count twice: the safe side. */
export function createCounterRecords({ run, dialect }: Sql): CounterRecords {
  const rows = (db: Db) => db<CounterRow>(tables.counters);

  return {
    add: async (id, windowSeconds) => {
      const now = Date.now();
      const expiresAt = now + windowSeconds * 1000;
      const counted = await run((db) => dialect.count(db, { id, now, expiresAt }));
      return { count: counted.points, secondsLeft: Math.ceil((counted.expiresAt - now) / 1000) };
    },
    read: async (ids) => {
      const found = await run((db) =>
        rows(db)
          .whereIn('id', [...ids])
          .select(),
      );
      const byId = new Map((found as CounterRow[]).map((counter) => [counter.id, toCount(counter)]));
      return ids.map((id) => byId.get(id) ?? nothing);
    },
    remove: async (ids, unlessReached) => {
      await run((db) =>
        rows(db)
          .whereIn('id', [...ids])
          .modify((query) => {
            if (!unlessReached) return;
            const { id, limit } = unlessReached;
            query.where((either) => void either.whereNot({ id }).orWhere('points', '<', limit));
          })
          .delete(),
      );
    },
    removeFamily: async (id) => {
      // `;` is the character after `:`. No other id begins with this one: they end in hashes of one length.
      await run((db) => rows(db).where('id', '>=', id).where('id', '<', `${id};`).delete());
    },
  };
}

/** A counter whose window has ended counts nothing, whatever was swept. */
function toCount({ points, expires_at }: CounterRow): Count {
  const msLeft = Number(expires_at) - Date.now();
  return msLeft > 0 ? { count: points, secondsLeft: Math.ceil(msLeft / 1000) } : nothing;
}
