import { AsyncLocalStorage } from 'node:async_hooks';

/** One request under way: its line in the log says what it was, and what it took. */
export interface RequestContext {
  readonly requestId: string;
  /** Milliseconds, monotonic. */
  readonly startedAt: number;
  /** True once its line is in the log: a late end of what was answered for already writes no second one. */
  logged: boolean;
  /** Commands sent to the database, repeats included. */
  databaseRoundTrips: number;
  userId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** Runs `work` as one request; everything awaited inside finds its context. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** A context with nothing spent. */
export function newRequestContext(requestId: string): RequestContext {
  return { requestId, startedAt: performance.now(), logged: false, databaseRoundTrips: 0 };
}

/** The context of the request under way, or undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
