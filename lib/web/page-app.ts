import type { Express, RequestHandler } from 'express';
import type { AnswerProblem } from './answer-problem.ts';
import { createApp } from './app.ts';
import { formBody } from './bodies.ts';
import type { JsonAppServices } from './json-app.ts';
import { sessionMiddleware } from './session/middleware.ts';

/** An app whose routes answer pages and take forms, and know on `req.session` who is calling. */
export function pageApp(
  services: JsonAppServices,
  routes: RequestHandler,
  answerProblem: AnswerProblem,
): Express {
  const before = [...formBody(), ...sessionMiddleware(services)];
  return createApp({ ...services, before, routes, answerProblem });
}
