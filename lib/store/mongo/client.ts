import {
  type Db,
  MongoClient,
  MongoClientClosedError,
  type MongoClientOptions,
  MongoOperationTimeoutError,
  MongoServerError,
} from 'mongodb';
import type { ConfigFor } from '../../base/config.ts';
import { ourConcerns, withoutConcerns } from '../../base/connection-string.ts';
import { unavailable } from '../../base/problem.ts';
import {
  currentRequest,
  databaseBudgetMs,
  databaseMsLeft,
  newRequestContext,
  type RequestContext,
  waitForDatabase,
} from '../../base/request.ts';
import { within } from '../../base/within.ts';
import { isOutage, isTimeout } from './errors.ts';
import { createTurns, type Turns } from './turns.ts';
import { watchServers } from './watch-servers.ts';

/** A first try on a client that has worked gets this long, so that a dead socket leaves time for a second. */
const firstTryMs = 1800;

/** With less than this left nothing is begun. */
const leastMs = 100;

/**
 * What every command must pass on to the driver: milliseconds after which the server itself ends it. (The driver's
 * `timeoutMS` has no effect since 7.8: it could give one operation the answer to another, CVE-2026-119179.)
 */
export interface Limit {
  maxTimeMS: number;
}

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
  /**
   * Waits for what an operation of another request brings, within what is left of this one's time.
   *
   * @param begun lets one in as soon as that operation has its connection.
   * @throws {Problem} 503 `unavailable` as `run` does; whatever that operation throws.
   */
  share<T>(begun: Turns, answer: Promise<T>): Promise<T>;
  /** True while every connection is taken, so that an operation would wait. */
  isBusy(): boolean;
  /** The client of this moment; another one after an outage. */
  client(): MongoClient;
  /** Closes the client for good. */
  close(): Promise<void>;
}

/** A client, and when it last brought an answer (milliseconds, monotonic). */
interface Cached {
  readonly client: MongoClient;
  readonly db: Db;
  /** Why no server is reached at the moment, as far as the driver knows. */
  readonly unreachedFor: () => Error | undefined;
  answeredAt: number | undefined;
}

/**
 * Makes the client of an instance without any I/O.
 *
 * What is cached is the client, never a promise of a connection, so that no failure is remembered: every
 * operation asks it to be connected, which also undoes the driver's own memory of a first connection that failed.
 * A client that has worked and fails is replaced, and with it go sockets that died while the instance slept.
 */
export function createMongo(config: ConfigFor<'database'>, options: MongoClientOptions = {}): Mongo {
  const connections = createTurns(config.mongodbMaxPoolSize);
  let current = connect();
  let closed = false;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;

  function connect(): Cached {
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

  function noteAnswer(by: Cached): void {
    lastAnswerAt = performance.now();
    by.answeredAt = lastAnswerAt;
  }

  function replace(broken: Cached): void {
    if (broken !== current || closed) return;
    current = connect();
    discard(broken.client);
  }

  /** Tries an operation on a connection that is ours by its turn. */
  async function attempt<T>(operation: Operation<T>, used: Cached, milliseconds: number): Promise<T> {
    if (milliseconds < leastMs) {
      connections.done();
      throw tooLate();
    }
    const endsAt = performance.now() + milliseconds;
    let working: Promise<T> | undefined;
    let isDone = false;
    try {
      if (closed) throw new MongoClientClosedError();
      // Connected first: by itself the driver would send the operation even when nobody waits for it any more.
      if (used.answeredAt === undefined) await within(milliseconds, used.client.connect(), tooLate);
      const maxTimeMS = Math.max(1, Math.floor(endsAt - performance.now()));
      working = operation(used.db, { maxTimeMS });
      const result = await within(maxTimeMS, working, tooLate);
      isDone = true;
      noteAnswer(used);
      return result;
    } catch (error) {
      // A refusal while connecting answers nothing that was asked: the next try has to connect.
      if (!working) explain(error, used.unreachedFor());
      else if (!isOutage(error) || error instanceof MongoServerError) noteAnswer(used);
      else if (isBroken(used, error, milliseconds)) replace(used);
      throw error;
    } finally {
      if (!working || isDone) connections.done();
      else leave(working);
    }
  }

  /**
   * What failed here keeps its connection until the driver is done with it, but no longer than a socket may be silent.
   * The driver never is with a command that it was about to write when the connection was closed (7.8: it waits for
   * the dead socket to drain).
   */
  function leave(working: Promise<unknown>): void {
    within(databaseBudgetMs + leastMs, working, tooLate).then(connections.done, connections.done);
  }

  /** Waits for a connection; of the request's time for the database that takes what the database is silent. */
  async function takeTurn(request: RequestContext, turns: Turns): Promise<void> {
    const startedAt = performance.now();
    const silentMs = () => performance.now() - Math.max(startedAt, lastAnswerAt);
    try {
      await turns.take(() => Math.ceil(databaseMsLeft(request) - silentMs()));
    } finally {
      request.databaseMsWaited += silentMs();
    }
  }

  async function tryOnce<T>(request: RequestContext, operation: Operation<T>, mostMs: number): Promise<T> {
    await takeTurn(request, connections);
    const used = current;
    const most = used.answeredAt === undefined ? Number.POSITIVE_INFINITY : mostMs;
    return waitForDatabase(request, () => attempt(operation, used, Math.min(most, databaseMsLeft(request))));
  }

  async function run<T>(operation: Operation<T>): Promise<T> {
    const request = requestUnderWay();
    try {
      try {
        return await tryOnce(request, operation, firstTryMs);
      } catch (error) {
        if (!isOutage(error) || databaseMsLeft(request) < leastMs) throw error;
        return await tryOnce(request, operation, Number.POSITIVE_INFINITY);
      }
    } catch (error) {
      throw asAnswer(error);
    }
  }

  async function share<T>(begun: Turns, answer: Promise<T>): Promise<T> {
    const request = requestUnderWay();
    try {
      await takeTurn(request, begun);
      return await waitForDatabase(request, () => within(databaseMsLeft(request), answer, tooLate));
    } catch (error) {
      throw asAnswer(error);
    }
  }

  async function close(): Promise<void> {
    closed = true;
    await current.client.close();
  }

  return { run, share, isBusy: connections.areTaken, client: () => current.client, close };
}

/**
 * True where what a client holds is of no use any more. One that has not answered yet holds nothing, and may be
 * about to connect; one that answers others is well: then only this operation was slow.
 */
function isBroken({ answeredAt }: Cached, error: unknown, milliseconds: number): boolean {
  if (answeredAt === undefined) return false;
  return !isTimeout(error) || performance.now() - answeredAt > milliseconds / 2;
}

/** Outside of a request, as in a job, every operation has a budget of its own. */
const requestUnderWay = () => currentRequest() ?? newRequestContext('');

/** An outage becomes the answer to the request; any other error stays what it is. */
const asAnswer = (error: unknown) => (isOutage(error) ? unavailable(error) : error);

/** Gives an error that says no more than "not reached" its cause. */
function explain(error: unknown, cause: Error | undefined): void {
  if (error instanceof Error && error.cause === undefined && cause) error.cause = cause;
}

const tooLate = () => new MongoOperationTimeoutError('no answer in time');

/** Counts what a request asks. */
function countRoundTrip(): void {
  const request = currentRequest();
  if (request) request.databaseRoundTrips += 1;
}

/** Closes a client without a word to the server: its operations fail, and its connections end at once. */
function discard(client: MongoClient & { topology?: { close(): void } }): void {
  client.close().catch(() => undefined);
  // By itself `close` would first connect anew, if it must, to tell the server that its sessions are over.
  client.topology?.close();
}
