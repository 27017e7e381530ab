import type { CountedWindow, Dialect, Ends, RawRunner } from './dialect.ts';

/** Counts by one statement that returns what it wrote, as PostgreSQL and SQLite can. */
export async function countReturning(
  db: RawRunner,
  { id, now, expiresAt }: { id: string; now: number; expiresAt: number },
  rowsOf: Dialect['rowsOf'],
): Promise<CountedWindow> {
  const sql = `insert into limits (id, points, expires_at) values (?, 1, ?)
    on conflict (id) do update set
      points = case when limits.expires_at <= ? then 1 else limits.points + 1 end,
      expires_at = case when limits.expires_at <= ? then excluded.expires_at else limits.expires_at end
    returning points, expires_at`;
  const [row] = rowsOf(await db.raw(sql, [id, expiresAt, now, now]));
  return { points: Number(row?.points), expiresAt: Number(row?.expires_at) };
}

/** Deletes so many rows that are over, where a `delete` itself knows no limit. */
export function deleteOverByKey({ table, key, column }: Ends, now: number, most: number) {
  const over = `select ${key} from ${table} where ${column} <= ? order by ${column} limit ?`;
  // Asked once more of each row: it may have been renewed while the statement waited for it.
  const sql = `delete from ${table} where ${key} in (${over}) and ${column} <= ?`;
  return { sql, bindings: [now, most, now] };
}
