import { authorizedUser } from '../aws/authorized-user.ts';
import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { lambdaRequest } from '../aws/lambda-request.ts';
import type { ConfigFor } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { readEnvironment } from '../base/read-settings.ts';
import { exampleRoutes } from '../flows/example/routes.ts';
import { createApp } from '../web/app.ts';
import type { Given } from './core.ts';

/** The function `example`: what a service of one's own behind the authorizer looks like. */
export function exampleFunction(config: ConfigFor<'http'>, given: Given = {}): HttpHandler {
  const log = given.log ?? createLog(config.logLevel);
  const routes = exampleRoutes({ authorizedUser: (req) => authorizedUser(lambdaRequest(req).event) });
  return httpHandler(createApp({ config, log, before: [], routes }), { config, log });
}

export const make: MakeHttp = (environment) => exampleFunction(readEnvironment(environment, 'http'));
