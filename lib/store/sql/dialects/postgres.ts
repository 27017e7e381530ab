import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import type { Client, DatabaseError } from 'pg';
import type { AccessFault } from '../../access-error.ts';
import { databaseBudgetMs } from '../../budget.ts';
import { isNetworkError } from '../../network-error.ts';
import { type Dialect, tableWaitMs } from '../dialect.ts';
import { asksForIam, iamToken } from '../iam-token.ts';
import { countReturning, deleteOverByKey } from '../returning.ts';

/** A connection to PostgreSQL, with what pg and Knex say of it in no type. */
type Connection = Client & {
  __knex__disposed?: unknown;
  /** A request to cancel what it does is under way, after which it is ended. */
  isBeingCancelled?: boolean;
  connection: { stream: { destroy(): void } };
  ssl: unknown;
  sslNegotiation: string;
  processID: number;
  secretKey: number;
};

/** pg's own, below that: one that has not signed in may ask to cancel what another is doing. */
interface Wire {
  connect(portOrPath: number | string, host?: string): void;
  requestSsl(): void;
  cancel(processId: number, secretKey: number): void;
  once(event: string, listener: () => void): void;
  on(event: string, listener: () => void): void;
  stream: { destroy(): void };
}

/** How long a request to cancel may take. */
const cancelMs = 1000;

interface Settings {
  connectionString: string;
  statement_timeout?: number | undefined;
  /** The URL, where each connection has a password of its own. */
  iamUrl?: string;
}

/** What Knex's own client does, but that no connection is waited for when it ends. */
class ClientOfPostgres extends PostgresClient {
  declare connectionSettings: Settings;

  /** PgBouncer takes no parameters that it does not know: there we cancel what is given up ourselves, and no more. */
  override async _acquireOnlyConnection(): Promise<unknown> {
    const { iamUrl } = this.connectionSettings;
    if (iamUrl) this.connectionSettings.connectionString = await withToken(iamUrl);
    try {
      return await super._acquireOnlyConnection();
    } catch (error) {
      const isUnknown = codeOf(error) === '08P01' && this.connectionSettings.statement_timeout !== undefined;
      if (!isUnknown) throw error;
      this.connectionSettings.statement_timeout = undefined;
      return super._acquireOnlyConnection();
    }
  }

  override async destroyRawConnection(connection: Connection): Promise<void> {
    if (connection.isBeingCancelled) return;
    connection.end().catch(() => undefined);
    if (connection.__knex__disposed) connection.connection.stream.destroy();
  }
}

async function withToken(iamUrl: string): Promise<string> {
  const url = new URL(iamUrl);
  url.password = encodeURIComponent(iamToken(iamUrl, 5432));
  url.searchParams.delete('iam');
  // Whoever reads a token can use it.
  if (!url.searchParams.has('sslmode')) url.searchParams.set('sslmode', 'verify-full');
  return url.href;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'severity' in error ? ((error as DatabaseError).code ?? '') : '';

/**
 * Connection exceptions, too few resources, refused credentials, a database that is not there, shutdown, read-only, and
 * missing grants.
 */
const outageCodes = /^(08|53|28|57P|3D000|42501|57014|25006|55P03|40|XX000)/;

const accessFaults: readonly [codes: RegExp, fault: AccessFault][] = [
  [/^28/, 'credentials'],
  [/^3D000$/, 'database'],
  // Of the second it says that there is no schema, where the user may not use it: nothing can be created then.
  [/^(42501|3F000)$/, 'grants'],
];

/** pg's own errors have no code; Knex puts the statement before them. */
const outageMessages =
  /(^| - )(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query read timeout|The server does not support SSL|SASL)/;

export const postgres: Dialect = {
  store: 'postgres',
  Client: ClientOfPostgres as unknown as Dialect['Client'],
  connectionOf: (url) => ({
    connectionString: url,
    ...(asksForIam(url) && { iamUrl: url }),
    application_name: 'session-auth',
    connectionTimeoutMillis: 2500,
    statement_timeout: databaseBudgetMs,
    keepAlive: true,
  }),
  // By its bytes, as every other store compares: the order of a language would make another range of a prefix.
  keyType: 'varchar(255) collate "C"',
  textType: 'text',
  jsonType: 'jsonb',
  jsonArray: 'json_build_array',

  isOutage: (error) => {
    if (!(error instanceof Error)) return false;
    const code = codeOf(error);
    if (code !== '') return outageCodes.test(code);
    return isNetworkError(error) || outageMessages.test(error.message) || /Timeout/.test(error.name);
  },
  // Its driver's own word for a password that is not there, or a server that does not know it.
  accessFault: (error) =>
    /(^| - )SASL/.test((error as Error).message)
      ? 'credentials'
      : accessFaults.find(([codes]) => codes.test(codeOf(error)))?.[1],
  isTimeout: (error) => codeOf(error) === '57014',
  // Of class 57P the server says that it, or this connection, ends. One that takes no writes is the wrong one.
  isRefusal: (error) => codeOf(error) !== '' && !/^(57P|08|25006)/.test(codeOf(error)),
  isReadOnly: (error) => codeOf(error) === '25006',
  // Serialization failure and deadlock.
  isConflict: (error) => ['40001', '40P01'].includes(codeOf(error)),
  isUnprepared: (error) => ['42P01', '42703', '3F000'].includes(codeOf(error)),
  isDuplicate: (error) => codeOf(error) === '23505',

  abandon: (client, given) => {
    const connection = given as Connection;
    connection.__knex__disposed = new Error('given up');
    connection.isBeingCancelled = true;
    // A request to cancel goes by a connection of its own, which names the other. PgBouncer knows that one only while it
    // is open, and with it the server's that does the work: it is ended after the request.
    const { ssl, sslNegotiation } = connection;
    const { Connection: WireOf } = client.driver as { Connection: new (settings: object) => Wire };
    const wire = new WireOf({ ssl, sslNegotiation });
    const cancel = () => wire.cancel(connection.processID, connection.secretKey);
    const end = () => {
      clearTimeout(timer);
      wire.stream.destroy();
      connection.connection.stream.destroy();
    };
    const timer = setTimeout(end, cancelMs).unref();
    wire.on('error', () => undefined);
    wire.once('end', end);
    wire.once('sslconnect', cancel);
    if (!ssl) wire.once('connect', cancel);
    else if (sslNegotiation !== 'direct') wire.once('connect', () => wire.requestSsl());
    const isSocket = connection.host.startsWith('/');
    if (isSocket) wire.connect(`${connection.host}/.s.PGSQL.${connection.port}`);
    else wire.connect(connection.port, connection.host);
  },

  rowsOf: (result) => (result as { rows: Record<string, unknown>[] }).rows,
  countOf: (result) => (result as { rowCount: number | null }).rowCount ?? 0,
  changeFields: ({ set, unset }) => ({
    sql: '(data - ?::text[]) || ?::jsonb',
    bindings: [[...unset], JSON.stringify(Object.fromEntries(set))],
  }),
  count: (db, counter) => countReturning(db, counter, postgres.rowsOf),
  // The number is ours: any other would do, as long as it stays.
  lockSchema: async (transaction) => {
    // A step may take longer than any request, and so may the wait for another run.
    await transaction.raw('set local statement_timeout = 0');
    await transaction.raw('select pg_advisory_xact_lock(7239461052)');
    await transaction.raw(`set local lock_timeout = ${tableWaitMs}`);
  },
  deleteOver: deleteOverByKey,
};
