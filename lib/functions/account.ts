import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { accountRoutes } from '../flows/account/routes.ts';
import { jsonApp } from '../web/json-app.ts';
import { type AuthConfig, createAuthServices, type Given } from './parts.ts';

/** The function `account`: what people do with the account that they are signed in to. */
export function accountFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createAuthServices(config, given);
  return httpHandler(jsonApp(services, accountRoutes(services)), services);
}
