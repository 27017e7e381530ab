import type { Express, RequestHandler } from 'express';
import { sessionMiddleware } from '../session/middleware.ts';
import type { ApiAppServices } from './api-app.ts';
import { createApp } from './app.ts';
import { formBody } from './form-body.ts';
import type { AnswerProblem } from './problem.ts';

/** An app whose routes answer pages and take forms, and know on `req.session` who is calling. */
export function pageApp(
  services: ApiAppServices,
  routes: RequestHandler,
  answerProblem: AnswerProblem,
): Express {
  const before = [...formBody(), ...sessionMiddleware(services)];
  return createApp({ ...services, before, routes, answerProblem });
}
