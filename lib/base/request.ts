import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request has spent and who makes it; read by the log and by the database's time limit. */
export interface RequestContext {
  readonly requestId: string;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  /** True once its line is in the log: a late end of what was answered for already writes no second one. */
  logged: boolean;
  /** Commands sent to the database, repeats included. */
  databaseRoundTrips: number;
  /** Milliseconds that this request has waited for the database, without the wait under way. */
  databaseMsWaited: number;
  /** Operations that it waits for now, and since when it has waited for any (milliseconds, monotonic). */
  databaseWaits: number;
  databaseWaitsSince: number;
  userId?: string;
}

/** A request waits this long for the database, all told: its answer leaves within 5 seconds, without a hang. */
export const databaseBudgetMs = 4000;

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as one request; everything awaited inside finds its context. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** A context with nothing spent. */
export function newRequestContext(requestId: string): RequestContext {
  return {
    requestId,
    startedAt: performance.now(),
    logged: false,
    databaseRoundTrips: 0,
    databaseMsWaited: 0,
    databaseWaits: 0,
    databaseWaitsSince: 0,
  };
}

/** The context of the request under way, or undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}

/** Milliseconds for which a request may still wait for the database; waiting for several operations counts once. */
export function databaseMsLeft(request: RequestContext): number {
  const thisWaitMs = request.databaseWaits > 0 ? performance.now() - request.databaseWaitsSince : 0;
  return Math.floor(databaseBudgetMs - request.databaseMsWaited - thisWaitMs);
}

/** Counts the time of `work` as waiting for the database. */
export async function waitForDatabase<T>(request: RequestContext, work: () => Promise<T>): Promise<T> {
  if (request.databaseWaits === 0) request.databaseWaitsSince = performance.now();
  request.databaseWaits += 1;
  try {
    return await work();
  } finally {
    request.databaseWaits -= 1;
    if (request.databaseWaits === 0)
      request.databaseMsWaited += performance.now() - request.databaseWaitsSince;
  }
}
