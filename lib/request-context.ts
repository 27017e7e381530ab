import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request has spent and who makes it; read by the log and by the database's time limit. */
export interface RequestContext {
  readonly requestId: string;
  /** Commands sent to the database, repeats included. */
  databaseRoundTrips: number;
  /** Milliseconds that this request may still wait for the database, over all its commands. */
  databaseMsLeft: number;
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
  return { requestId, databaseRoundTrips: 0, databaseMsLeft: databaseBudgetMs };
}

/** The context of the request under way, or undefined outside of one. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
