import type { RequestHandler } from 'express';

/**
 * Makes one middleware of several that see every request, in their order.
 *
 * To the router each of them would be a layer, whose path it compares and whose parameters it sets: for a dozen
 * that is more work than most of them do. What one of them throws, rejects with or hands to `next` is an error to
 * the router as ever.
 */
export function inTurn(...handlers: readonly RequestHandler[]): RequestHandler {
  return function runInTurn(req, res, next) {
    let at = 0;
    function proceed(error?: unknown): void {
      const handler = error == null ? handlers[at] : undefined;
      if (!handler) {
        next(error);
        return;
      }
      at += 1;
      try {
        const running: unknown = handler(req, res, proceed);
        if (running instanceof Promise) running.catch(next);
      } catch (thrown) {
        next(thrown);
      }
    }
    proceed();
  };
}
