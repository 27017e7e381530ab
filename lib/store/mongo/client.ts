import { type Db, type MongoClient, type MongoClientOptions, MongoServerError } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import type { Connections } from '../connections.ts';
import { createReach } from '../reach.ts';
import { connect, discard } from './connect.ts';
import { accessErrorOf, isOutage, isTimeout } from './errors.ts';

/**
 * What every command must pass on to the driver: milliseconds after which the server itself ends it. (The driver's
 * `timeoutMS` has no effect since 7.8: it could give one operation the answer to another, CVE-2026-119179.)
 */
export interface Limit {
  maxTimeMS: number;
}

export type { MongoClientOptions };

/** Must be one that may be sent twice. */
export type Operation<T> = (db: Db, limit: Limit) => Promise<T>;

/** The one way to the database: a cached client that connects at the first need and outlives every outage. */
export interface Mongo {
  /**
   * Runs one operation within what is left of the request's time, once more after an outage.
   *
   * @throws {Problem} 503 `unavailable` where the database did not answer in time.
   */
  run<T>(operation: Operation<T>): Promise<T>;
  /** The client of this moment; another one after an outage. */
  client(): MongoClient;
  /** Closes the client for good. */
  close(): Promise<void>;
}

/** Makes the client of an instance without any I/O. */
export function createMongo(
  config: ConfigFor<'database'>,
  options: MongoClientOptions = {},
  connections?: Connections,
): Mongo {
  const reach = createReach({
    system: 'mongodb',
    maxPoolSize: config.mongodbMaxPoolSize,
    open: () => connect(config, options),
    // Asked each time, which also undoes the driver's own memory of a first connection that failed.
    connect: ({ client }) => client.connect(),
    discard: ({ client }) => discard(client),
    close: ({ client }) => client.close(),
    isOutage,
    isTimeout,
    isRefusal: (error) => error instanceof MongoServerError,
    toldAs: accessErrorOf,
    refused: connections?.refused,
    missed: connections?.missed,
    explain: (error, { unreachedFor }) => explain(error, unreachedFor()),
  });
  connections?.opened(reach.close);
  return {
    run: (operation) => reach.run(({ db }, maxTimeMS) => operation(db, { maxTimeMS })),
    client: () => reach.client().client,
    close: reach.close,
  };
}

/** Gives an error that says no more than "not reached" its cause. */
function explain(error: unknown, cause: Error | undefined): void {
  if (error instanceof Error && error.cause === undefined && cause) error.cause = cause;
}
