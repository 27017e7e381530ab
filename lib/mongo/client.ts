import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import type { Config } from '../config.ts';
import { type Problem, unavailable } from '../problem.ts';
import { currentRequest, databaseBudgetMs } from '../request-context.ts';
import { isConnectionLost, isFullPool, isOutage, isTimeout } from './errors.ts';

/** A first try on a connection that has worked gets this long, so that a dead socket leaves time for a second. */
const firstTryMs = 1800;

/** What every command must pass on to the driver: the time it may still take, in milliseconds. */
export interface Limit {
  timeoutMS: number;
}

export interface RunOptions {
  /**
   * Whether the operation may be sent twice (default true). False only for what a repeat would get wrong;
   * such an operation fails where another would be tried again.
   */
  repeatable?: boolean;
}

/** The one way to the database: a cached client that connects at the first need and outlives every outage. */
export interface Mongo {
  /**
   * Runs one operation within what is left of the request's time, once more after a lost connection.
   *
   * @throws {Problem} 503 `unavailable` where the database did not answer in time.
   */
  run<T>(operation: (db: Db, limit: Limit) => Promise<T>, options?: RunOptions): Promise<T>;
  /** The client of this moment; another one after a time-out. */
  client(): MongoClient;
  close(): Promise<void>;
}

/**
 * Makes the client of an instance without any I/O.
 *
 * What is cached is the client, never a promise of a connection, so that no failure is remembered. After a
 * time-out the client is replaced: sockets that died while the instance slept go with it.
 */
export function createMongo(config: Config, options: MongoClientOptions = {}): Mongo {
  const connect = () =>
    new MongoClient(config.mongodbUri, {
      appName: 'session-auth',
      maxPoolSize: config.mongodbMaxPoolSize,
      maxIdleTimeMS: 60_000,
      serverSelectionTimeoutMS: 3000,
      connectTimeoutMS: 3000,
      ...options,
    });
  let client = connect();
  let hasAnswered = false;

  function replace(broken: MongoClient): void {
    if (broken !== client) return;
    client = connect();
    hasAnswered = false;
    broken.close().catch(() => undefined);
  }

  async function attempt<T>(operation: (db: Db, limit: Limit) => Promise<T>, timeoutMS: number): Promise<T> {
    const used = client;
    const request = currentRequest();
    const startedAt = performance.now();
    if (request) request.databaseRoundTrips += 1;
    try {
      const result = await operation(used.db(config.mongodbDatabase), { timeoutMS });
      hasAnswered = true;
      return result;
    } catch (error) {
      if (isTimeout(error) && !isFullPool(error)) replace(used);
      throw error;
    } finally {
      if (request) request.databaseMsLeft -= performance.now() - startedAt;
    }
  }

  async function run<T>(
    operation: (db: Db, limit: Limit) => Promise<T>,
    { repeatable = true }: RunOptions = {},
  ): Promise<T> {
    const startedAt = performance.now();
    const budget = currentRequest()?.databaseMsLeft ?? databaseBudgetMs;
    const left = () => Math.floor(budget - (performance.now() - startedAt));
    try {
      return await attempt(operation, limitOf(left(), hasAnswered && repeatable));
    } catch (error) {
      if (
        repeatable &&
        left() > 100 &&
        (isConnectionLost(error) || (isTimeout(error) && !isFullPool(error)))
      ) {
        try {
          return await attempt(operation, limitOf(left(), false));
        } catch (second) {
          throw translate(second);
        }
      }
      throw translate(error);
    }
  }

  return { run, client: () => client, close: () => client.close() };
}

function limitOf(msLeft: number, mayTryAgain: boolean): number {
  return Math.max(1, mayTryAgain ? Math.min(firstTryMs, msLeft) : msLeft);
}

/** An outage becomes the 503 that it is; every other error goes on as it came. */
function translate(error: unknown): Problem | unknown {
  return isOutage(error) ? unavailable(error) : error;
}
