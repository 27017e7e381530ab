import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { emailRoutes } from '../flows/email-address/routes.ts';
import { translate } from '../flows/messages.ts';
import { outboxRoutes } from '../flows/outbox/routes.ts';
import { passwordResetRoutes } from '../flows/password-reset/routes.ts';
import { secondFactorRoutes } from '../flows/second-factor/routes.ts';
import { signInRoutes } from '../flows/sign-in/routes.ts';
import { signUpRoutes } from '../flows/sign-in/sign-up/routes.ts';
import { wayInRoutes } from '../flows/sign-in/ways-in.ts';
import { readConfig } from '../store/read-config.ts';
import { jsonApp } from '../web/json-app.ts';
import { plainErrorPages } from '../web/page/plain-error-page.ts';
import { isVisited, joinRouters, type OperationRouter } from '../web/router.ts';
import type { Given } from './core.ts';
import { type AuthConfig, type AuthServices, createAuthServices } from './parts.ts';

/** The function `auth`: signs people up, in and out, and tells who is signed in. */
export function authFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createAuthServices(config, given);
  const routes = authFunctionRoutes(services);
  return httpHandler(
    jsonApp(services, routes, plainErrorPages(config, translate, isVisited(routes))),
    services,
  );
}

/** Its routes: `/auth` and, where it is there, `/dev/outbox`. */
export function authFunctionRoutes(services: AuthServices): OperationRouter {
  return joinRouters(
    signInRoutes(services),
    wayInRoutes(services),
    secondFactorRoutes(services),
    signUpRoutes(services),
    passwordResetRoutes(services),
    emailRoutes(services),
    outboxRoutes(services),
  );
}

export const make: MakeHttp = (environment, given) =>
  authFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given);
