import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import type { ConfigFor } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { readEnvironment } from '../base/read-settings.ts';
import { docsRoutes } from '../flows/docs/routes.tsx';
import { createApp } from '../web/app.ts';
import { errorPages } from '../web/page/error-page.tsx';
import type { Given } from './core.ts';

/** The function `docs`: the description of the API, for programs and for people; it needs no database. */
export function docsFunction(config: ConfigFor<'http' | 'description'>, given: Given = {}): HttpHandler {
  const log = given.log ?? createLog(config.logLevel);
  const routes = docsRoutes(config);
  const app = createApp({ config, log, before: [], routes, answerProblem: errorPages(config) });
  return httpHandler(app, { config, log });
}

export const make: MakeHttp = (environment) =>
  docsFunction(readEnvironment(environment, 'http', 'description'));
