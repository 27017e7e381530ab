import type { Knex } from 'knex';
import type { Dialect } from '../dialect.ts';

/** One step of the schema. It can be repeated where it stopped in its middle; there is no way back. */
export interface Migration {
  /** Numbered, such as `001-first`. */
  readonly name: string;
  /** All of it but what is about the table of sessions: once for all who share a database. */
  up(db: Knex.Transaction, dialect: Dialect): Promise<void>;
  /** The rest, for each table of sessions. */
  upSessions?(db: Knex.Transaction, dialect: Dialect, table: string): Promise<void>;
}
