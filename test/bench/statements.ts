/** What was asked of a database of SQL. */
export interface Statements {
  /** Questions that were waited for. */
  roundTrips: number;
  /** Statements that change rows or tables. */
  writes: number;
}

export const isWrite = (sql: string): boolean =>
  /^\W*(insert|update|delete|create|alter|drop|with\b.*\b(insert|update|delete)\b)/is.test(sql);
