import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { accountRoutes } from '../flows/account/routes.ts';
import { activityRoutes } from '../flows/activity/routes.ts';
import { emailChangeRoutes } from '../flows/email-address/routes.ts';
import { accountPasskeyRoutes } from '../flows/second-factor/passkey-routes.ts';
import { accountProviderRoutes } from '../flows/second-factor/provider-routes.ts';
import { factorRoutes } from '../flows/second-factor/routes.ts';
import { readConfig } from '../store/read-config.ts';
import { jsonApp } from '../web/json-app.ts';
import { joinRouters, type OperationRouter } from '../web/router.ts';
import type { Given } from './core.ts';
import { type AuthConfig, type AuthServices, createAuthServices } from './parts.ts';

/** The function `account`: what people do with the account that they are signed in to. */
export function accountFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createAuthServices(config, given);
  return httpHandler(jsonApp(services, accountFunctionRoutes(services)), services);
}

/** Its routes: `/account` and what lies below it. */
export function accountFunctionRoutes(services: AuthServices): OperationRouter {
  return joinRouters(
    accountRoutes({ ...services, removePassword: services.passkeyChanges.removePassword }),
    factorRoutes(services),
    accountPasskeyRoutes(services),
    accountProviderRoutes(services),
    emailChangeRoutes(services),
    activityRoutes(services),
  );
}

export const make: MakeHttp = (environment, given) =>
  accountFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given);
