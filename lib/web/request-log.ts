import type { RequestHandler } from 'express';
import type { Config } from '../base/config.ts';
import type { Log, LogFields } from '../base/log.ts';
import { spentFields, withMetrics } from '../base/metrics.ts';
import { currentRequest, type RequestContext } from '../base/request.ts';

/** What was asked and answered; `route` is the pattern that matched, never the address itself. */
interface Exchange {
  method: string | null;
  route: string | null;
  status: number;
}

/** Writes the one line of a request, unless it is written: see {@link requestFields}. */
export function requestLog(log: Pick<Log, 'info'>, { metrics }: Pick<Config, 'metrics'>): RequestHandler {
  return function logRequest(req, res, next) {
    const request = currentRequest();
    res.once('finish', () => {
      if (!request || request.logged) return;
      const { method, route } = req;
      log.info(
        'request',
        requestFields(request, { method, route: route?.path ?? null, status: res.statusCode }, metrics),
      );
    });
    next();
  };
}

/** Who asked what, what was answered, how long it took and how often the database was asked. */
export function requestFields(
  request: RequestContext,
  exchange: Exchange,
  metrics?: Config['metrics'],
): LogFields {
  request.logged = true;
  request.exchange = exchange;
  const line = {
    requestId: request.requestId,
    ...exchange,
    ...spentFields(request),
    ...(request.userId ? { userId: request.userId } : {}),
  };
  return withMetrics(line, metrics, request, exchange);
}
