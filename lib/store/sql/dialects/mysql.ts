import MysqlClient from 'knex/lib/dialects/mysql2/index.js';
import type { Connection as MysqlConnection, QueryError, ResultSetHeader } from 'mysql2';
import type { AccessFault } from '../../access-error.ts';
import { databaseBudgetMs } from '../../budget.ts';
import { isNetworkError } from '../../network-error.ts';
import type { FieldsChange } from '../../records.ts';
import { type Dialect, tableWaitMs } from '../dialect.ts';
import { asksForIam, iamToken } from '../iam-token.ts';
import { patchOf } from '../json-patch.ts';
import { asksForTls } from './asks-for-tls.ts';

interface Connection extends MysqlConnection {
  __knex__disposed?: unknown;
}

const seconds = Math.ceil(databaseBudgetMs / 1000);

/** Each connection's settings; those of time are MySQL's, then MariaDB's, of which each server knows one. */
const settings = [
  `set session innodb_lock_wait_timeout = ${seconds}, sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES,NO_ZERO_DATE'`,
  // Without the locks between rows that the default takes, by which inserts are in each other's way.
  'set session transaction isolation level read committed',
  timeLimit(seconds),
];

/** MySQL's limit of a statement's time, and MariaDB's; 0 is none. */
function timeLimit(seconds: number): string[] {
  return [
    `set session max_execution_time = ${seconds * 1000}`,
    `set session max_statement_time = ${seconds}`,
  ];
}

/**
 * What goes is taken out by a patch: of several paths MariaDB 10.11 leaves those beyond ASCII where they are, and one a
 * call is a nest that has no room on its stack. Names of fields need no escape in a path.
 */
function changeFields({ set, unset }: FieldsChange): { sql: string; bindings: unknown[] } {
  const rest = unset.length === 0 ? 'data' : 'json_merge_patch(data, ?)';
  const patch = unset.length === 0 ? [] : [patchOf({ set: new Map(), unset })];
  if (set.size === 0) return { sql: rest, bindings: patch };
  const pairs = [...set].flatMap(([name, value]) => [`$."${name}"`, value]);
  return { sql: `json_set(${rest}${', ?, ?'.repeat(set.size)})`, bindings: [...patch, ...pairs] };
}

class ClientOfMysql extends MysqlClient {
  declare connectionSettings: { password: string; iamUrl?: string };

  /** A token that signs in by IAM is good for a quarter of an hour: each connection has one of its own. */
  freshSettings(): object {
    const { iamUrl } = this.connectionSettings;
    if (iamUrl) this.connectionSettings.password = iamToken(iamUrl, 3306);
    return this.connectionSettings;
  }

  override async acquireRawConnection(): Promise<unknown> {
    this.freshSettings();
    const connection = (await super.acquireRawConnection()) as Connection;
    const asking = connection.promise();
    for (const setting of settings) {
      if (typeof setting === 'string') await asking.query(setting);
      else await anyOf(setting.map((either) => asking.query(either)));
    }
    return connection;
  }

  /** What Knex would look for is the same in all servers that are supported. */
  override async checkVersion(): Promise<void> {}

  override async destroyRawConnection(connection: Connection): Promise<void> {
    if (connection.__knex__disposed) connection.destroy();
    else connection.end(() => connection.destroy());
  }
}

/** One of several that works. @throws what one of them says, which tells an outage, in place of a list. */
function anyOf(tries: readonly PromiseLike<unknown>[]): Promise<unknown> {
  return Promise.any(tries).catch(({ errors }: AggregateError) => {
    throw errors.find((error) => mysql.isOutage(error)) ?? errors[0];
  });
}

const errnoOf = (error: unknown): number =>
  error instanceof Error && 'sqlState' in error ? ((error as QueryError).errno ?? 0) : 0;

/** Refused: a host, password or account, its method, one that has to be renewed; a database, a table, a column. */
const accessFaults: Readonly<Record<AccessFault, readonly number[]>> = {
  credentials: [1045, 1130, 1251, 1698, 1820, 1862, 3118, 4151],
  database: [1049],
  grants: [1044, 1142, 1143, 1227],
  file: [],
};

/**
 * Too many connections, what {@link accessFaults} says, shutdown, read-only, a killed or timed out statement, a lock
 * that was waited for too long, a deadlock that did not end.
 */
const outages = new Set([
  ...Object.values(accessFaults).flat(),
  ...[1040, 1053, 1077, 1105, 1129, 1152, 1158, 1159, 1160, 1161, 1184],
  ...[1203, 1205, 1213, 1226, 1290, 1317, 1836, 1927, 1969, 3024, 3159, 3169],
]);
/** More seconds than a counter's window has, by far. With two million points it is still a whole number here. */
const mostSeconds = 2 ** 32;

/** `read_only` of the server, and of an engine. */
const readOnly = [1290, 1836];
const fatalCodes = /^(PROTOCOL_|POOL_|HANDSHAKE_|ER_CON|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)/;

export const mysql: Dialect = {
  store: 'mysql',
  Client: ClientOfMysql as unknown as Dialect['Client'],
  connectionOf: (url) => {
    const { hostname, port, username, password, pathname, searchParams } = new URL(url);
    return {
      host: hostname,
      port: Number(port || 3306),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
      charset: 'utf8mb4',
      connectTimeout: 2500,
      supportBigNumbers: true,
      ...((asksForTls(searchParams) || asksForIam(url)) && { ssl: { rejectUnauthorized: true } }),
      // A token is sent as it is, which is why it is never sent without TLS.
      ...(asksForIam(url) && { iamUrl: url, enableCleartextPlugin: true }),
    };
  },
  keyType: 'varchar(255) character set utf8mb4 collate utf8mb4_bin',
  textType: 'mediumtext character set utf8mb4 collate utf8mb4_bin',
  jsonType: 'json',
  jsonArray: 'json_array',

  isOutage: (error) => {
    if (!(error instanceof Error)) return false;
    if (errnoOf(error) !== 0) return outages.has(errnoOf(error));
    const { code = '', message } = error as NodeJS.ErrnoException;
    const isClosed = /closed state|Connection lost|connect ETIMEDOUT/.test(message);
    return isNetworkError(error) || fatalCodes.test(code) || isClosed || /Timeout/.test(error.name);
  },
  accessFault: (error) =>
    (Object.keys(accessFaults) as AccessFault[]).find((fault) =>
      accessFaults[fault].includes(errnoOf(error)),
    ),
  isTimeout: (error) => [1969, 3024].includes(errnoOf(error)),
  isRefusal: (error) => ![0, 1053, 1077, 1317, 1927, ...readOnly].includes(errnoOf(error)),
  isReadOnly: (error) => readOnly.includes(errnoOf(error)),
  isConflict: (error) => errnoOf(error) === 1213,
  isUnprepared: (error) => [1146, 1054].includes(errnoOf(error)),
  isDuplicate: (error) => errnoOf(error) === 1062,

  abandon: (client, given) => {
    const connection = given as Connection;
    connection.__knex__disposed = new Error('given up');
    const { threadId } = connection;
    connection.destroy();
    const { createConnection } = client.driver as { createConnection(settings: unknown): Connection };
    const killer = createConnection((client as unknown as ClientOfMysql).freshSettings());
    killer.on('error', () => undefined);
    killer.query(`kill ${threadId}`, () => killer.destroy());
    setTimeout(() => killer.destroy(), 1000).unref();
  },

  rowsOf: (result) => (result as [Record<string, unknown>[]])[0],
  countOf: (result) => (result as [ResultSetHeader])[0].affectedRows,
  changeFields,
  // MariaDB 10.11 reads the whole column for each: five thousand of them in as many take it two seconds and more.
  mostFieldsInPlace: 500,
  count: async (db, { id, now, expiresAt }) => {
    const secondsOf = (ms: number) => Math.ceil(ms / 1000);
    // By last_insert_id each of several at once is told its own count, and the seconds that are left of the window, in
    // one number. The first assignment still sees the old window.
    const sql = `insert into limits (id, points, expires_at) values (?, 1, ?)
      on duplicate key update
        points = last_insert_id(if(expires_at <= ?, ?, (points + 1) * ? + ceil((expires_at - ?) / 1000))) div ?,
        expires_at = if(expires_at <= ?, values(expires_at), expires_at)`;
    const fresh = mostSeconds + secondsOf(expiresAt - now);
    const given = [id, expiresAt, now, fresh, mostSeconds, now, mostSeconds, now];
    const [{ affectedRows, insertId }] = (await db.raw(sql, given)) as [ResultSetHeader];
    const counted = affectedRows === 1 ? fresh : insertId;
    return {
      points: Math.floor(counted / mostSeconds),
      expiresAt: now + (counted % mostSeconds) * 1000,
    };
  },
  lockSchema: async (transaction) => {
    // A step may take longer than any request, and so may the wait for another run.
    await anyOf(timeLimit(0).map((either) => transaction.raw(either)));
    const [[found]] = (await transaction.raw("select get_lock('session_auth_schema', 60) as isOurs")) as [
      { isOurs: number }[],
    ];
    if (found?.isOurs !== 1) throw new Error('another process has the lock of the schema');
    await transaction.raw(`set session lock_wait_timeout = ${tableWaitMs / 1000}`);
  },
  deleteOver: ({ table, column }, now, most) => ({
    sql: `delete from ${table} where ${column} <= ? order by ${column} limit ?`,
    bindings: [now, most],
  }),
};
