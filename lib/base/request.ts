import { AsyncLocalStorage } from 'node:async_hooks';
import type { Tally } from './tallies.ts';

/** One request under way: its line in the log says what it was, and what it took. */
export interface RequestContext {
  readonly requestId: string;
  /** Under which traces know it; undefined where nobody traces. */
  traceId: string | undefined;
  /** True for the first one of an instance. */
  readonly isFirst: boolean;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  /** True once its line is in the log: a late end of what was answered for already writes no second one. */
  logged: boolean;
  /** What was asked, once its line is in the log. */
  exchange?: { method: string | null; route: string | null };
  /** Commands sent to the database, repeats included. */
  databaseRoundTrips: number;
  /** Waited for the database; several waits at once count once. */
  databaseMilliseconds: number;
  /** What has happened in it, as metrics count it. */
  readonly tallies: Partial<Record<Tally, number>>;
  userId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as one request; everything awaited inside finds its context. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Makes the contexts of a function's requests: the first is known as that. */
export function requestContexts(): (requestId: string) => RequestContext {
  let isFirst = true;
  return (requestId) => {
    const context = newRequestContext(requestId, isFirst);
    isFirst = false;
    return context;
  };
}

/** A context with nothing spent. */
export function newRequestContext(requestId: string, isFirst = false): RequestContext {
  return {
    requestId,
    traceId: undefined,
    isFirst,
    startedAt: performance.now(),
    logged: false,
    databaseRoundTrips: 0,
    databaseMilliseconds: 0,
    tallies: {},
  };
}

/** The context of the request under way, or undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
