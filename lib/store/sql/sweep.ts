import type { Sql } from './client.ts';

/** Rows that one statement removes, so that none has a lock for long. */
const batch = 500;

/** Where rows end: an index on each of these columns leads to those that are over, however many are not. */
export const sweptBy = [
  { kind: 'sessions', key: 'id', column: 'expires_at' },
  { kind: 'users', key: 'id', column: 'seat_expires_at' },
  { kind: 'tokens', key: 'slot', column: 'expires_at' },
  { kind: 'signUps', key: 'id', column: 'expires_at' },
  { kind: 'repeats', key: 'id', column: 'expires_at' },
  { kind: 'events', key: 'id', column: 'expires_at' },
  { kind: 'counters', key: 'id', column: 'expires_at' },
  { kind: 'mailJobs', key: 'id', column: 'expires_at' },
  { kind: 'outbox', key: 'id', column: 'expires_at' },
] as const;

/**
 * Removes what is over, in batches. One kind that fails keeps nothing from the others.
 *
 * @param mayGoOn asked before each batch, so that an instance ends in time.
 * @returns how many rows of each kind were removed, none left out.
 * @throws what the first kind failed with, once the others are done.
 */
export function createSweep({ run, dialect, tables }: Sql) {
  return async function sweep(now: Date, mayGoOn: () => boolean): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    const failures: unknown[] = [];
    const end = () => {
      if (failures.length > 0) throw failures[0];
      return removed;
    };
    for (const { kind, key, column } of sweptBy) {
      const ends = { table: `"${tables[kind]}"`, key, column };
      const { sql, bindings } = dialect.deleteOver(ends, now.getTime(), batch);
      let count = batch;
      while (count === batch) {
        if (!mayGoOn()) return end();
        try {
          count = dialect.countOf(await run((db) => db.raw(sql, bindings)));
        } catch (error) {
          failures.push(error);
          break;
        }
        removed[kind] = (removed[kind] ?? 0) + count;
      }
    }
    return end();
  };
}
