import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';
import { currentRequest } from '../request-context.ts';

/** One line a request: who asked what, what was answered, how long it took and how often the database was asked. */
export function requestLog(log: Log): RequestHandler {
  return function logRequest(req, res, next) {
    const startedAt = performance.now();
    const request = currentRequest();
    res.once('finish', () => {
      log.info('request', {
        requestId: request?.requestId,
        method: req.method,
        route: req.route?.path ?? null,
        status: res.statusCode,
        milliseconds: Math.round(performance.now() - startedAt),
        databaseRoundTrips: request?.databaseRoundTrips ?? 0,
        ...(request?.userId ? { userId: request.userId } : {}),
      });
    });
    next();
  };
}
