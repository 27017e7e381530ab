import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import express, { type Express, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { currentRequest, newRequestContext, runInRequest } from '../request-context.ts';
import { allowOrigins } from './cors.ts';
import { refuseCrossOrigin } from './cross-origin.ts';
import { inTurn } from './in-turn.ts';
import { type AnswerProblem, problemHandler } from './problem.ts';
import { refuseUnreadableHead } from './readable-head.ts';
import { requestLog } from './request-log.ts';

export interface AppOptions {
  config: Config;
  log: Log;
  /** What stands between the request's head and its route, in this order: body, session. */
  before: readonly RequestHandler[];
  routes: RequestHandler;
  /** Answers problems in another form to those who prefer that; JSON is for the others. */
  answerProblem?: AnswerProblem;
}

/**
 * The one order of middleware: request id and log, headers, CORS and cross-origin check, body, session, route,
 * problem. What is refused by its head costs neither a body nor a session nor the database.
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
  app.response.json = sendJson;
  const head = [startRequest, requestId, requestLog(log), securityHeaders()];
  const checks = [allowOrigins(config), refuseCrossOrigin(config), refuseUnreadableHead(config)];
  app.use(inTurn(...head, ...checks, ...before));
  app.use(routes);
  app.use(function refuseUnknownAddress() {
    throw new Problem(404, 'not_found', 'There is nothing at this address.');
  });
  app.use(problemHandler({ config, log, answerInstead: answerProblem }));
  return app;
}

/** Express's own finds the type, its charset, an ETag and whether the client has it anew for each answer. */
function sendJson(this: Response, value: unknown): Response {
  if (!this.hasHeader('Content-Type')) this.setHeader('Content-Type', 'application/json; charset=utf-8');
  return this.end(JSON.stringify(value));
}

/** Outside of a function, where no invocation has begun the request, it begins here. */
const startRequest: RequestHandler = function startRequest(_req, _res, next) {
  if (currentRequest()) next();
  else runInRequest(newRequestContext(randomUUID()), next);
};

const requestId: RequestHandler = function requestId(_req, res, next) {
  res.set('X-Request-Id', currentRequest()?.requestId);
  // Every answer may depend on the session; the few that do not say so themselves.
  res.set('Cache-Control', 'no-store');
  next();
};

/**
 * An API's headers: nothing of it is to be framed, sniffed or run as a page (OWASP ASVS 3.4.1, 3.4.4). What says
 * something to pages alone, or to browsers that are gone, is left out.
 */
function securityHeaders(): RequestHandler {
  const askHelmet = () =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
      strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
      crossOriginOpenerPolicy: false,
      originAgentCluster: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xPoweredBy: false,
      xXssProtection: false,
    });
  let headers: [string, string][] | undefined;
  return function securityHeaders(_req, res, next) {
    headers ??= headersOf(askHelmet());
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** What a middleware sets that asks nothing of the request: a dozen calls and checks less at each one. */
function headersOf(middleware: (req: IncomingMessage, res: ServerResponse, next: () => void) => void) {
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  middleware(req, res, () => undefined);
  return Object.entries(res.getHeaders()) as [string, string][];
}
