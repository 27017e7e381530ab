import {
  type Db,
  type MongoClient,
  MongoClientClosedError,
  type MongoClientOptions,
  MongoOperationTimeoutError,
  MongoServerError,
} from 'mongodb';
import pLimit from 'p-limit';
import type { ConfigFor } from '../../base/config.ts';
import { unavailable } from '../../base/problem.ts';
import { within } from '../../base/within.ts';
import { type Budget, currentBudget, databaseBudgetMs } from '../budget.ts';
import { type Connected, connect, discard } from './connect.ts';
import { isOutage, isTimeout } from './errors.ts';

/** A first try on a client that has worked gets this long, so that a dead socket leaves time for a second. */
const firstTryMs = 1800;

/** With less than this left nothing is begun. */
const leastMs = 100;

/** How often it is asked whether to wait still for a connection. */
const turnCheckMs = 50;

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

/**
 * Makes the client of an instance without any I/O.
 *
 * What is cached is the client, never a promise of a connection, so that no failure is remembered: every
 * operation asks it to be connected, which also undoes the driver's own memory of a first connection that failed.
 * A client that has worked and fails is replaced, and with it go sockets that died while the instance slept.
 */
export function createMongo(config: ConfigFor<'database'>, options: MongoClientOptions = {}): Mongo {
  const connections = pLimit(config.mongodbMaxPoolSize);
  let current = connect(config, options);
  let closed = false;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;

  function noteAnswer(by: Connected): void {
    lastAnswerAt = performance.now();
    by.answeredAt = lastAnswerAt;
  }

  function replace(broken: Connected): void {
    if (broken !== current || closed) return;
    current = connect(config, options);
    discard(broken.client);
  }

  /**
   * Waits for a connection, first come, first served. Of the request's time for the database that takes what the
   * database is silent.
   *
   * @returns what gives the connection to the next in line.
   */
  async function takeTurn(budget: Budget): Promise<() => void> {
    const startedAt = performance.now();
    const silentMs = () => performance.now() - Math.max(startedAt, lastAnswerAt);
    try {
      return await new Promise((take, refuse) => {
        let isOver = false;
        const timer = setInterval(() => {
          isOver = budget.msLeft() <= silentMs();
          if (isOver) refuse(new MongoOperationTimeoutError('every connection is taken'));
          if (isOver) clearInterval(timer);
        }, turnCheckMs);
        connections(() => {
          clearInterval(timer);
          return isOver ? undefined : new Promise<void>((leave) => take(leave));
        });
      });
    } finally {
      budget.spendMs(silentMs());
    }
  }

  /** Tries an operation on a connection that is ours until `leave`. */
  async function attempt<T>(
    operation: Operation<T>,
    used: Connected,
    milliseconds: number,
    leave: () => void,
  ) {
    let working: Promise<T> | undefined;
    let isDone = false;
    try {
      if (milliseconds < leastMs) throw tooLate();
      if (closed) throw new MongoClientClosedError();
      const endsAt = performance.now() + milliseconds;
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
      // What failed keeps its connection until the driver is done with it, but no longer than a socket may be silent.
      // The driver never is with a command that it was about to write when the connection was closed (7.8: it waits
      // for the dead socket to drain).
      if (!working || isDone) leave();
      else within(databaseBudgetMs + leastMs, working, tooLate).then(leave, leave);
    }
  }

  async function tryOnce<T>(budget: Budget, operation: Operation<T>, mostMs: number): Promise<T> {
    const leave = await takeTurn(budget);
    const used = current;
    const most = used.answeredAt === undefined ? Number.POSITIVE_INFINITY : mostMs;
    return budget.spend(() => attempt(operation, used, Math.min(most, budget.msLeft()), leave));
  }

  async function run<T>(operation: Operation<T>): Promise<T> {
    const budget = currentBudget();
    try {
      try {
        return await tryOnce(budget, operation, firstTryMs);
      } catch (error) {
        if (!isOutage(error) || budget.msLeft() < leastMs) throw error;
        return await tryOnce(budget, operation, Number.POSITIVE_INFINITY);
      }
    } catch (error) {
      throw isOutage(error) ? unavailable(error) : error;
    }
  }

  async function close(): Promise<void> {
    closed = true;
    await current.client.close();
  }

  return { run, client: () => current.client, close };
}

/**
 * True where what a client holds is of no use any more. One that has not answered yet holds nothing, and may be
 * about to connect; one that answers others is well: then only this operation was slow.
 */
function isBroken({ answeredAt }: Connected, error: unknown, milliseconds: number): boolean {
  if (answeredAt === undefined) return false;
  return !isTimeout(error) || performance.now() - answeredAt > milliseconds / 2;
}

/** Gives an error that says no more than "not reached" its cause. */
function explain(error: unknown, cause: Error | undefined): void {
  if (error instanceof Error && error.cause === undefined && cause) error.cause = cause;
}

const tooLate = () => new MongoOperationTimeoutError('no answer in time');
