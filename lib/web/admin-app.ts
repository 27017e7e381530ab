import type { Express, RequestHandler } from 'express';
import type { AnswerProblem } from './answer-problem.ts';
import { createApp } from './app.ts';
import { jsonBodyOrForm } from './bodies.ts';
import type { JsonAppServices } from './json-app.ts';
import { isToPage, nothingThere } from './router.ts';
import { isAdministrator } from './session/is-administrator.ts';
import { sessionMiddleware } from './session/middleware.ts';

/**
 * An app for administrators alone, of JSON routes and pages: to everybody else each of its addresses is one that nothing
 * serves, whatever they send. So the session comes before the body, whose faults would tell that there is something.
 */
export function adminApp(
  services: JsonAppServices,
  routes: RequestHandler,
  answerProblem: AnswerProblem,
): Express {
  const onlyAdministrators: RequestHandler = function onlyAdministrators(req, _res, next) {
    if (!isAdministrator(req, services.config)) throw nothingThere();
    next();
  };
  const before = [...sessionMiddleware(services), onlyAdministrators, ...jsonBodyOrForm(isToPage(routes))];
  return createApp({ ...services, before, routes, answerProblem });
}
