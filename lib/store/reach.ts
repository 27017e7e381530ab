import { tally } from '../base/metrics.ts';
import { unavailable } from '../base/problem.ts';
import { currentOperation, inSpan, toElsewhere } from '../base/trace.ts';
import { within } from '../base/within.ts';
import { AccessError } from './access-error.ts';
import { type Budget, currentBudget, databaseBudgetMs } from './budget.ts';
import { createTurns, TooLateError } from './turns.ts';

/** A first try on a client that has worked gets this long, so that a dead socket leaves time for a second. */
const firstTryMs = 1800;

/** With less than this left nothing is begun. */
export const leastMs = 100;

/** A database's client, and when it last brought an answer (milliseconds, monotonic). */
export interface Connected {
  answeredAt: number | undefined;
}

/** What {@link createReach} has to know of a database. */
export interface Reached<C extends Connected> {
  /** What traces call the kind of database, as OpenTelemetry does (`db.system.name`). */
  system: string;
  /** Connections an instance may have at once. */
  maxPoolSize: number;
  /** Makes a client, without any I/O. */
  open: () => C;
  /** Connects a client that has not answered yet; without it the operation does. */
  connect?: (client: C) => Promise<unknown>;
  /** Closes a client that is broken, without a word to the server. */
  discard: (client: C) => void;
  close: (client: C) => Promise<unknown>;
  /** True for what says "the database is out of reach, not ready or too slow", and nothing about our command. */
  isOutage: (error: unknown) => boolean;
  /** True where the time that an operation was given is over, as the driver tells it. */
  isTimeout: (error: unknown) => boolean;
  /** True where the database itself said so: the connection is well. */
  isRefusal: (error: unknown) => boolean;
  /** What is told of an outage in its place, where more is known of it than that it is one. */
  toldAs?: (error: unknown) => unknown;
  /** Is told where the credentials are refused. */
  refused?: (() => void) | undefined;
  /** Is told where the database is out of reach, or does not answer in time. */
  missed?: (() => void) | undefined;
  /** Gives an error that says no more than "not reached" its cause, where the client knows one. */
  explain?: (error: unknown, client: C) => void;
}

/** Must be one that may be sent twice. `limitMs` is how long anybody waits for it. */
export type Operation<C, T> = (client: C, limitMs: number) => Promise<T>;

/** The one way to a database: a cached client that connects at the first need and outlives every outage. */
export interface Reach<C> {
  /**
   * Runs one operation within what is left of the request's time, once more after an outage.
   *
   * @throws {Problem} 503 `unavailable` where the database did not answer in time.
   */
  run<T>(operation: Operation<C, T>): Promise<T>;
  /** The client of this moment; another one after an outage. */
  client(): C;
  /** Closes the client for good. */
  close(): Promise<void>;
}

/** The client was closed for good. */
class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/**
 * Makes the way to a database without any I/O.
 *
 * What is cached is the client, never a promise of a connection, so that no failure is remembered: every
 * operation asks it to be connected. A client that has worked and fails is replaced, and with it go sockets that
 * died while the instance slept.
 */
export function createReach<C extends Connected>(reached: Reached<C>): Reach<C> {
  const isOutage = (error: unknown) =>
    error instanceof TooLateError || error instanceof ClosedError || reached.isOutage(error);
  let current = reached.open();
  let closed = false;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;
  const takeTurn = createTurns(reached.maxPoolSize, () => lastAnswerAt);

  const isTimeout = (error: unknown) => error instanceof TooLateError || reached.isTimeout(error);

  /**
   * True where what a client holds is of no use any more. One that has not answered yet holds nothing, and may be
   * about to connect; one that answers others is well: then only this operation was slow.
   */
  function isBroken({ answeredAt }: Connected, error: unknown, milliseconds: number): boolean {
    if (answeredAt === undefined) return false;
    return !isTimeout(error) || performance.now() - answeredAt > milliseconds / 2;
  }

  function noteAnswer(by: C): void {
    lastAnswerAt = performance.now();
    by.answeredAt = lastAnswerAt;
  }

  function replace(broken: C): void {
    if (broken !== current || closed) return;
    current = reached.open();
    reached.discard(broken);
  }

  /** Tries an operation on a connection that is ours until `leave`. */
  async function attempt<T>(operation: Operation<C, T>, used: C, milliseconds: number, leave: () => void) {
    let working: Promise<T> | undefined;
    let isDone = false;
    try {
      if (milliseconds < leastMs) throw tooLate();
      if (closed) throw new ClosedError('the client was closed');
      const endsAt = performance.now() + milliseconds;
      // Connected first: by itself a driver would send the operation even when nobody waits for it any more.
      if (used.answeredAt === undefined && reached.connect)
        await within(milliseconds, reached.connect(used), tooLate);
      const limitMs = Math.max(1, Math.floor(endsAt - performance.now()));
      working = operation(used, limitMs);
      const result = await within(limitMs, working, tooLate);
      isDone = true;
      noteAnswer(used);
      return result;
    } catch (error) {
      // A refusal while connecting answers nothing that was asked: the next try has to connect.
      if (!working) reached.explain?.(error, used);
      else if (!isOutage(error) || reached.isRefusal(error)) noteAnswer(used);
      else if (isBroken(used, error, milliseconds)) replace(used);
      throw error;
    } finally {
      // What failed keeps its connection until the driver is done with it, but no longer than a socket may be silent.
      // MongoDB's driver never is with a command that it was about to write when the connection was closed (7.8: it
      // waits for the dead socket to drain).
      if (!working || isDone) leave();
      else within(databaseBudgetMs + leastMs, working, tooLate).then(leave, leave);
    }
  }

  async function tryOnce<T>(budget: Budget, operation: Operation<C, T>, mostMs: number): Promise<T> {
    const leave = await takeTurn(budget);
    const used = current;
    const most = used.answeredAt === undefined ? Number.POSITIVE_INFINITY : mostMs;
    return budget.spend(() =>
      inSpan(
        'database.command',
        () => attempt(operation, used, Math.min(most, budget.msLeft()), leave),
        { 'db.system.name': reached.system, 'db.operation.name': currentOperation() },
        toElsewhere,
      ),
    );
  }

  async function run<T>(operation: Operation<C, T>): Promise<T> {
    const budget = currentBudget();
    try {
      try {
        return await tryOnce(budget, operation, firstTryMs);
      } catch (error) {
        if (!isOutage(error) || budget.msLeft() < leastMs) throw error;
        return await tryOnce(budget, operation, Number.POSITIVE_INFINITY);
      }
    } catch (error) {
      throw isOutage(error) ? outage(error) : error;
    }
  }

  function outage(error: unknown): Error {
    const refusal = reached.toldAs?.(error);
    tally(refusal === undefined ? 'databaseOutages' : 'databaseRefusals');
    if (refusal === undefined) reached.missed?.();
    else if (refusal instanceof AccessError && refusal.fault === 'credentials') reached.refused?.();
    return unavailable(refusal ?? error);
  }

  async function close(): Promise<void> {
    closed = true;
    await reached.close(current);
  }

  return { run, client: () => current, close };
}

const tooLate = () => new TooLateError('no answer in time');
