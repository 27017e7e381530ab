import { randomUUID } from 'node:crypto';
import express, { type Express, type RequestHandler } from 'express';
import type { ConfigFor } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { currentRequest, newRequestContext, runInRequest } from '../base/request.ts';
import { type AnswerProblem, problemHandler } from './answer-problem.ts';
import { behindCdn } from './behind-cdn.ts';
import { allowOrigins } from './cors.ts';
import { refuseCrossOrigin } from './cross-origin.ts';
import { inTurn } from './in-turn.ts';
import { refuseUnreadableHead } from './refuse-unreadable-head.ts';
import { requestLog } from './request-log.ts';
import { nothingThere, refuseOtherAddresses, refuseOtherMethods, takesForeignForm } from './router.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppOptions {
  config: ConfigFor<'http'>;
  log: Log;
  /** What stands between the request's head and its route, in this order: body, session. */
  before: readonly RequestHandler[];
  routes: RequestHandler;
  /** Answers problems in another form to those who prefer that; JSON is for the others. */
  answerProblem?: AnswerProblem;
}

/**
 * The one order of middleware: request id and log, headers, the CDN in front, CORS and cross-origin check, method and address, body,
 * session, route, problem. What is refused by its head costs neither a body nor a session nor the database.
 *
 * @returns an Express app that answers every request, unknown addresses with 404 `not_found`.
 */
export function createApp({ config, log, before, routes, answerProblem }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');
  const head = [startRequest, setHeaders, requestLog(log, config), behindCdn({ config, log })];
  const origins = [allowOrigins(config), refuseCrossOrigin(config, takesForeignForm(routes))];
  const checks = [refuseOtherMethods(routes), refuseUnreadableHead(config), refuseOtherAddresses(routes)];
  app.use(inTurn(...head, ...origins, ...checks, ...before));
  app.use(routes);
  app.use(function refuseUnknownAddress() {
    throw nothingThere();
  });
  app.use(problemHandler({ config, log, answerInstead: answerProblem }));
  return app;
}

/** Outside of a function, where no invocation has begun the request, it begins here. */
const startRequest: RequestHandler = function startRequest(_req, _res, next) {
  if (currentRequest()) next();
  else runInRequest(newRequestContext(randomUUID()), next);
};

const setHeaders: RequestHandler = function setHeaders(_req, res, next) {
  res.setHeader('X-Request-Id', currentRequest()?.requestId ?? '');
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value);
  next();
};
