import type { Knex } from 'knex';
import type { StoreKind } from '../../base/config.ts';
import type { AccessFault } from '../access-error.ts';
import type { FieldsChange } from '../records.ts';

/**
 * Milliseconds that a step of the schema waits for a table that another transaction uses, such as a backup: whoever asks
 * for the table meanwhile stands in line behind it, and so the service.
 */
export const tableWaitMs = 3000;

/** What one kind of SQL database does in a way of its own; all else is said in SQL that each of them takes. */
export interface Dialect {
  readonly store: StoreKind;
  /** Knex's client of it. */
  readonly Client: typeof Knex.Client;
  /** What the driver is told to connect, from DATABASE_URL. */
  connectionOf(url: string): Knex.StaticConnectionConfig;
  /** Connections an instance may have at most, whatever is configured. */
  readonly mostConnections?: number;
  /** The type of a column that is compared byte by byte, of at most 255 characters. */
  readonly keyType: string;
  /** The type of a text of any length. */
  readonly textType: string;
  readonly jsonType: string;
  /** The function that makes a JSON array of its arguments. */
  readonly jsonArray: string;

  /** True for what says "out of reach, not ready or too slow", and nothing about our statement. */
  isOutage(error: unknown): boolean;
  /** What somebody has to put right, where an outage is of that kind. */
  accessFault(error: unknown): AccessFault | undefined;
  /** True where the driver says that an answer did not come in time. */
  isTimeout(error: unknown): boolean;
  /** True where the server itself said it: the connection is well. */
  isRefusal(error: unknown): boolean;
  /** True for an outage where this server takes no writes, as after a failover: another one may. */
  isReadOnly(error: unknown): boolean;
  /** True where two transactions were in each other's way: the statement did nothing, and may be sent again. */
  isConflict(error: unknown): boolean;
  /** True where a table or column is not there: `npm run db:prepare` was not run. */
  isUnprepared(error: unknown): boolean;
  /** True where a unique index refused the row. */
  isDuplicate(error: unknown): boolean;

  /** Ends what a connection is doing, on the server too, and the connection with it. Nobody waits for it. */
  abandon(client: Knex.Client, connection: unknown): void;

  /** Rows of a raw query. */
  rowsOf(result: unknown): Record<string, unknown>[];
  /** {@link Db.together}, where that cannot be a transaction as any other. */
  together?(connection: unknown, queries: readonly Knex.QueryBuilder[]): Promise<number>;
  /** How many rows a raw statement wrote. */
  countOf(result: unknown): number;
  /** An expression that gives the JSON column `data` with those fields changed, and all others as they are. */
  changeFields(change: FieldsChange): { sql: string; bindings: unknown[] };
  /** How many of them it changes in time by that, where there is an end to it. */
  readonly mostFieldsInPlace?: number;
  /** Counts one more, or begins a window where there is none. */
  count(db: RawRunner, counter: { id: string; now: number; expiresAt: number }): Promise<CountedWindow>;
  /**
   * Takes the lock under which the schema is changed, with no limit of time; it lasts as long as the transaction. For a
   * table that transaction waits {@link tableWaitMs} from then on, and fails.
   */
  lockSchema(transaction: Knex.Transaction): Promise<void>;
  /** A statement that deletes, of the rows that are over at a time, so many that were over first. */
  deleteOver(ends: Ends, now: number, most: number): { sql: string; bindings: unknown[] };
}

/** Where it stands when rows of a table are over. */
export interface Ends {
  /** In its quotes. */
  readonly table: string;
  readonly key: string;
  readonly column: string;
}

export interface RawRunner {
  raw(sql: string, bindings: readonly unknown[]): Promise<unknown>;
}

export interface CountedWindow {
  points: number;
  expiresAt: number;
}
