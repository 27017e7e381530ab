import type { Express, RequestHandler, Router } from 'express';
import { Problem } from '../problem.ts';
import { sessionMiddleware } from '../session/middleware.ts';
import type { ApiAppServices } from './api-app.ts';
import { createApp } from './app.ts';
import { formBody } from './form-body.ts';
import type { AnswerProblem } from './problem.ts';

/** An app whose routes answer pages and take forms, and know on `req.session` who is calling. */
export function pageApp(services: ApiAppServices, routes: Router, answerProblem: AnswerProblem): Express {
  const before = [refuseUnknownPage(routes), ...formBody(), ...sessionMiddleware(services)];
  return createApp({ ...services, before, routes, answerProblem });
}

/**
 * Answers 404 to every address that is no page, before anything is read: this app is where all addresses end up
 * that nothing else serves, so that most of what robots try comes here.
 */
function refuseUnknownPage(routes: Router): RequestHandler {
  const paths = new Set(routes.stack.map(({ route }) => route?.path));
  return function refuseUnknownPage(req, _res, next) {
    if (!paths.has(req.path)) throw new Problem(404, 'not_found', 'There is nothing at this address.');
    next();
  };
}
