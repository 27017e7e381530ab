import { createRequire } from 'node:module';
import type { Knex } from 'knex';
import SqliteClient from 'knex/lib/dialects/better-sqlite3/index.js';
import type Database from 'libsql';
import type { Dialect } from '../dialect.ts';
import { patchOf } from '../json-patch.ts';
import { countReturning, deleteOverByKey } from '../returning.ts';
import { schemaTable } from '../tables.ts';

/** How long a writer waits for another process. It waits without doing anything else: the driver is synchronous. */
const busyMs = 2000;

/** Statements that a connection keeps; ours are fewer, but for lists of another length. */
const mostStatements = 500;

/** What a connection's driver is asked, by Knex's own client. */
interface Connection {
  prepare(sql: string): unknown;
}

/** And by us. */
interface Transacting {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): { run(bindings: readonly unknown[]): { changes: number } };
}

/**
 * A transaction that waits for nothing in between. Another connection of this process would wait for its end without
 * doing anything else, and so it would never come.
 */
async function together(given: unknown, queries: readonly Knex.QueryBuilder[]): Promise<number> {
  const connection = given as Transacting;
  const [change, ...rest] = queries.map((query) => {
    const { sql, bindings } = query.toSQL().toNative();
    return () => connection.prepare(sql).run(bindings).changes;
  });
  connection.exec('begin immediate');
  try {
    const count = change?.() ?? 0;
    if (count > 0) for (const each of rest) each();
    connection.exec('commit');
    return count;
  } catch (error) {
    if (connection.inTransaction) connection.exec('rollback');
    throw error;
  }
}

/**
 * Has a connection prepare each statement once. The driver frees one only when its object is collected, which takes
 * little memory, and so is late.
 */
function keepStatements<C extends Connection>(connection: C): C {
  const { prepare } = connection;
  const kept = new Map<string, unknown>();
  connection.prepare = (sql) => {
    const known = kept.get(sql);
    if (known) return known;
    if (kept.size >= mostStatements) kept.clear();
    const statement = prepare.call(connection, sql);
    kept.set(sql, statement);
    return statement;
  };
  return connection;
}

/** libsql has the interface of better-sqlite3, and comes built for every platform. */
class ClientOfSqlite extends SqliteClient {
  override _driver(): unknown {
    // Native, and for one machine: no bundle carries it.
    return createRequire(import.meta.url)('libsql');
  }

  override async acquireRawConnection(): Promise<unknown> {
    const connection = (await super.acquireRawConnection()) as Database & Connection;
    connection.exec(`pragma busy_timeout = ${busyMs}`);
    // Readers and a writer beside each other; what was answered is on the disk.
    connection.exec('pragma journal_mode = wal');
    connection.exec('pragma synchronous = full');
    connection.exec('pragma foreign_keys = on');
    return keepStatements(connection);
  }
}

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && code.startsWith('SQLITE') ? code : '';
};
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

/** A file that takes no writes or is none of SQLite. */
const isFileFault = (error: unknown) =>
  /^SQLITE_(CANTOPEN|READONLY|PERM|AUTH|NOTADB|CORRUPT)/.test(codeOf(error)) ||
  messageOf(error).includes('ConnectionFailed');

export const sqlite: Dialect = {
  store: 'sqlite',
  Client: ClientOfSqlite as unknown as Dialect['Client'],
  connectionOf: (url) => ({ filename: url.slice('sqlite:'.length) }),
  // One writer at a time is SQLite's own rule.
  mostConnections: 1,
  keyType: 'varchar(255)',
  textType: 'text',
  jsonType: 'text',
  jsonArray: 'json_array',

  isOutage: (error) =>
    isFileFault(error) ||
    /^SQLITE_(BUSY|LOCKED|IOERR|FULL)/.test(codeOf(error)) ||
    /database is locked|Timeout/.test(messageOf(error)) ||
    (error instanceof Error && /Timeout/.test(error.name)),
  accessFault: (error) => (isFileFault(error) ? 'file' : undefined),
  isTimeout: () => false,
  isRefusal: (error) => codeOf(error) !== '',
  isReadOnly: () => false,
  isConflict: () => false,
  isUnprepared: (error) => /no such (table|column)|has no column named/.test(messageOf(error)),
  isDuplicate: (error) => /UNIQUE constraint failed/.test(messageOf(error)),

  // A statement is done before anybody could give it up.
  abandon: () => undefined,

  together,
  rowsOf: (result) => result as Record<string, unknown>[],
  countOf: (result) => (result as { changes: number }).changes,
  changeFields: (change) => ({ sql: 'json_patch(data, ?)', bindings: [patchOf(change)] }),
  count: (db, counter) => countReturning(db, counter, sqlite.rowsOf),
  // A write, of nothing: from here on no other process writes.
  lockSchema: async (transaction) => {
    await transaction(schemaTable).where({ name: '' }).delete();
  },
  deleteOver: deleteOverByKey,
};
