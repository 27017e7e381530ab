import { type Db, MongoClient, type MongoClientOptions } from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import { currentRequest } from '../../base/request.ts';
import { databaseBudgetMs } from '../budget.ts';
import { ourConcerns, withoutConcerns } from './connection-string.ts';
import { watchServers } from './watch-servers.ts';

/** A client, and when it last brought an answer (milliseconds, monotonic). */
export interface Connected {
  readonly client: MongoClient;
  readonly db: Db;
  /** Why no server is reached at the moment, as far as the driver knows. */
  readonly unreachedFor: () => Error | undefined;
  answeredAt: number | undefined;
}

/** Makes a client, without any I/O: it connects at the first need. */
export function connect(config: ConfigFor<'database'>, options: MongoClientOptions): Connected {
  const client = new MongoClient(withoutConcerns(config.mongodbUri), {
    ...ourConcerns,
    appName: 'session-auth',
    maxPoolSize: config.mongodbMaxPoolSize,
    maxIdleTimeMS: 60_000,
    serverSelectionTimeoutMS: 3000,
    // Less, so that a server that is silent is known as the cause when the wait for one ends.
    connectTimeoutMS: 2500,
    // What is given up may hold its connection no longer than any request waits.
    socketTimeoutMS: databaseBudgetMs,
    // We try again, within the request's time. The driver would do it when the request has been answered.
    retryReads: false,
    retryWrites: false,
    // As the driver does by itself in Lambda: one connection for monitoring, none that streams.
    serverMonitoringMode: 'poll',
    ...options,
  });
  // Once for each command, and never for a connection's own sign-in. The driver's command events would tell
  // the same, but with them it decodes every answer twice.
  client.on('connectionCheckedOut', countRoundTrip);
  const unreachedFor = watchServers(client);
  return { client, db: client.db(config.mongodbDatabase), unreachedFor, answeredAt: undefined };
}

/** Counts what a request asks. */
function countRoundTrip(): void {
  const request = currentRequest();
  if (request) request.databaseRoundTrips += 1;
}

/** Closes a client without a word to the server: its operations fail, and its connections end at once. */
export function discard(client: MongoClient & { topology?: { close(): void } }): void {
  client.close().catch(() => undefined);
  // By itself `close` would first connect anew, if it must, to tell the server that its sessions are over.
  client.topology?.close();
}
