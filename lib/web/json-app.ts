import type { Express, RequestHandler } from 'express';
import type { ConfigFor } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import type { Store } from '../store/contract.ts';
import type { AnswerProblem } from './answer-problem.ts';
import { createApp } from './app.ts';
import { jsonBodyOrForm } from './bodies.ts';
import { takesForeignForm } from './router.ts';
import { sessionMiddleware } from './session/middleware.ts';

export interface JsonAppServices {
  config: ConfigFor<'http' | 'database' | 'sessions'>;
  log: Log;
  store: Pick<Store, 'sessions' | 'ExpressStore'>;
  now: () => Date;
}

/**
 * An app whose routes take JSON and know on `req.session` who is calling.
 *
 * @param answerProblem in another form than JSON, to who prefers that.
 * @example
 * ```ts
 * import { Router } from 'express';
 * import { httpHandler } from '../lib/aws/http-handler.ts';
 * import { createCore } from '../lib/functions/core.ts';
 * import { readConfig } from '../lib/store/read-config.ts';
 * import { jsonApp } from '../lib/web/json-app.ts';
 *
 * const core = createCore(readConfig(process.env, 'http', 'database', 'sessions'));
 * const routes = Router().post('/echo', (req, res) => void res.json({ said: req.body }));
 *
 * export const handler = httpHandler(jsonApp(core, routes), core);
 * ```
 */
export function jsonApp(
  services: JsonAppServices,
  routes: RequestHandler,
  answerProblem?: AnswerProblem,
): Express {
  return createApp({
    ...services,
    before: [...jsonBodyOrForm(takesForeignForm(routes)), ...sessionMiddleware(services)],
    routes,
    ...(answerProblem && { answerProblem }),
  });
}
