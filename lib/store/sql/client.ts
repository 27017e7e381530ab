import knex, { type Knex } from 'knex';
import type { ConfigFor } from '../../base/config.ts';
import { currentRequest } from '../../base/request.ts';
import { within } from '../../base/within.ts';
import { databaseBudgetMs } from '../budget.ts';
import type { Connections } from '../connections.ts';
import { notPrepared } from '../prepared.ts';
import { type Connected, createReach } from '../reach.ts';
import { TooLateError } from '../turns.ts';
import { accessErrorOf } from './access.ts';
import type { Dialect, RawRunner } from './dialect.ts';
import { dispose } from './dispose.ts';
import { inTransaction } from './in-transaction.ts';
import { type Tables, tablesOf } from './tables.ts';

/** How often a statement is sent again that another transaction was in the way of. */
const mostConflicts = 10;

/** One connection, as long as an operation has it. */
export interface Db extends RawRunner {
  /** A query of a table. */
  <Row extends object>(table: string): Knex.QueryBuilder<Row, Row[]>;
  /** Inserts a row unless one of its key is there; true where it was inserted. */
  insertNew(table: string, key: string, row: object): Promise<boolean>;
  /** Inserts a row, or gives the one of its key these values. */
  put(table: string, key: string, row: object): Promise<void>;
  /** Does some work in a transaction, all of it or nothing. Not for SQLite, whose others would wait for us and we for them. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Makes a change, and the rest where that changed a row: all or nothing. @returns how many rows the change has changed. */
  together(change: Knex.QueryBuilder, rest: readonly Knex.QueryBuilder[]): Promise<number>;
}

/** The one way to a database of SQL; see {@link createReach}. */
export interface Sql {
  readonly dialect: Dialect;
  readonly tables: Tables;
  /**
   * Runs one operation, which must be one that may be sent twice, within what is left of the request's time; once
   * more after an outage.
   *
   * @throws {Problem} 503 `unavailable` where the database did not answer in time, `not_prepared` where it lacks a table.
   */
  run<T>(operation: (db: Db) => Promise<T>): Promise<T>;
  /** The pool of this moment; another one after an outage. */
  client(): Knex;
  close(): Promise<void>;
}

interface Pool extends Connected {
  readonly knex: Knex;
  /** True as soon as it ends: who waits for a connection of it gets none. */
  isGivenUp: boolean;
}

/** Makes the client of an instance without any I/O: a connection is made at the first need, and given up when idle. */
export function createSql(
  config: Pick<ConfigFor<'database'>, 'databaseUrl' | 'databaseMaxPoolSize' | 'sessionCollection'>,
  dialect: Dialect,
  connections?: Connections,
): Sql {
  const maxPoolSize = Math.min(
    config.databaseMaxPoolSize,
    dialect.mostConnections ?? Number.POSITIVE_INFINITY,
  );
  const tables = tablesOf(config);
  const reach = createReach<Pool>({
    system: dialect.store === 'postgres' ? 'postgresql' : dialect.store,
    maxPoolSize,
    open: () => ({
      knex: createKnex(config.databaseUrl, dialect, maxPoolSize),
      answeredAt: undefined,
      isGivenUp: false,
    }),
    discard: (pool) => void giveUp(pool).catch(() => undefined),
    close: giveUp,
    isOutage: dialect.isOutage,
    isTimeout: dialect.isTimeout,
    isRefusal: dialect.isRefusal,
    toldAs: (error) => accessErrorOf(error, dialect, tables),
    refused: connections?.refused,
    missed: connections?.missed,
  });
  connections?.opened(reach.close);

  async function runOn<T>(used: Pool, limitMs: number, operation: (db: Db) => Promise<T>): Promise<T> {
    const endsAt = performance.now() + limitMs;
    const msLeft = () => Math.max(1, endsAt - performance.now());
    const connection = await connectionOf(used);
    const { knex: pool } = used;
    const db = dbOn(pool, connection, dialect);
    try {
      // Nobody waits for it any more: it must not be sent.
      if (performance.now() >= endsAt) throw tooLate();
      for (let tries = 1; ; tries += 1) {
        try {
          return await within(msLeft(), operation(db), tooLate);
        } catch (error) {
          if (!dialect.isConflict(error) || tries === mostConflicts) throw error;
          await new Promise((resolve) => setTimeout(resolve, Math.random() * tries * 10));
        }
      }
    } catch (error) {
      if (error instanceof TooLateError) dialect.abandon(pool.client, connection);
      // The next try is to reach whoever takes writes now.
      if (dialect.isReadOnly(error)) dispose(connection, error);
      throw error;
    } finally {
      await pool.client.releaseConnection(connection);
    }
  }

  return {
    dialect,
    tables,
    run: async (operation) => {
      try {
        return await reach.run((pool, limitMs) => runOn(pool, limitMs, operation));
      } catch (error) {
        if (dialect.isUnprepared(error)) throw notPrepared(error);
        throw error;
      }
    },
    client: () => reach.client().knex,
    close: reach.close,
  };
}

async function giveUp(pool: Pool): Promise<void> {
  pool.isGivenUp = true;
  await pool.knex.destroy();
}

/** @throws {TooLateError} where the pool is given up meanwhile: that says nothing of the next one. */
async function connectionOf(pool: Pool): Promise<unknown> {
  try {
    return await pool.knex.client.acquireConnection();
  } catch (error) {
    throw pool.isGivenUp ? new TooLateError('the pool was given up', { cause: error }) : error;
  }
}

/** A pool, made without any I/O. */
export function createKnex(url: string, dialect: Dialect, maxPoolSize: number): Knex {
  const made = knex({
    client: dialect.Client,
    connection: dialect.connectionOf(url),
    // Knex would ask each first connection for it.
    version: 'any',
    acquireConnectionTimeout: databaseBudgetMs,
    useNullAsDefault: true,
    pool: { min: 0, max: maxPoolSize, idleTimeoutMillis: 60_000, createTimeoutMillis: databaseBudgetMs },
    // What goes wrong is thrown; a log of ours has no message of others in it.
    log: silent,
  });
  made.on('query', countRoundTrip);
  return made;
}

const ignore = () => undefined;
const silent = { warn: ignore, error: ignore, deprecate: ignore, debug: ignore };

function countRoundTrip(): void {
  const request = currentRequest();
  if (request) request.databaseRoundTrips += 1;
}

function dbOn(pool: Knex, connection: unknown, dialect: Dialect): Db {
  const table = (name: string) => pool(name).connection(connection);
  const raw = (sql: string, bindings: readonly unknown[]) =>
    pool.raw(sql, bindings as Knex.RawBinding[]).connection(connection);
  const transaction: Db['transaction'] = (work) => inTransaction({ raw }, connection, work);
  const together: Db['together'] = (change, rest) => {
    if (!dialect.together) return transaction(() => oneByOne(change, rest));
    countRoundTrip();
    return dialect.together(connection, [change, ...rest]);
  };
  return Object.assign(table, {
    raw,
    transaction,
    together,
    insertNew: async (name: string, key: string, row: object) => {
      const { sql, bindings } = pool(name).insert(row).onConflict(key).ignore().toSQL();
      return dialect.countOf(await raw(sql, bindings)) > 0;
    },
    put: async (name: string, key: string, row: object) => {
      await table(name).insert(row).onConflict(key).merge();
    },
  }) as unknown as Db;
}

async function oneByOne(change: Knex.QueryBuilder, rest: readonly Knex.QueryBuilder[]): Promise<number> {
  const count: number = await change;
  if (count > 0) for (const each of rest) await each;
  return count;
}

const tooLate = () => new TooLateError('no answer in time');
