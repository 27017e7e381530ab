import type { Express, RequestHandler } from 'express';
import type { AnswerProblem } from './answer-problem.ts';
import { createApp } from './app.ts';
import { formBody } from './bodies.ts';
import type { JsonAppServices } from './json-app.ts';
import { sessionMiddleware } from './session/middleware.ts';

/**
 * An app whose routes answer pages and take forms, and know on `req.session` who is calling.
 *
 * @param files of the routes: those that are the same for everybody, and are answered without a body or a session.
 * @example
 * ```ts
 * import { Router } from 'express';
 * import { httpHandler } from '../lib/aws/http-handler.ts';
 * import { createCore } from '../lib/functions/core.ts';
 * import { readConfig } from '../lib/store/read-config.ts';
 * import { errorPages } from '../lib/web/page/error-page.tsx';
 * import { pageApp } from '../lib/web/page-app.ts';
 *
 * const core = createCore(readConfig(process.env, 'http', 'database', 'sessions'));
 * const routes = Router().post('/theme', (req, res) => {
 *   res.cookie('theme', req.body.theme === 'dark' ? 'dark' : 'light').redirect(303, '/settings');
 * });
 *
 * export const handler = httpHandler(pageApp(core, routes, errorPages(core.config)), core);
 * ```
 */
export function pageApp(
  services: JsonAppServices,
  routes: RequestHandler,
  answerProblem: AnswerProblem,
  files: readonly RequestHandler[] = [],
): Express {
  const before = [...files, ...formBody(), ...sessionMiddleware(services)];
  return createApp({ ...services, before, routes, answerProblem });
}
