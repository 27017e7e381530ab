import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { accountPages } from '../flows/account/pages.tsx';
import { recoveryPages } from '../flows/password-reset/pages.tsx';
import { entryPages } from '../flows/sign-in/pages.tsx';
import { errorPages } from '../web/page/error-page.tsx';
import { createPageTools } from '../web/page/page-tools.ts';
import { pageApp } from '../web/page-app.ts';
import { type OperationRouter, operationRouter } from '../web/router.ts';
import { type AuthConfig, createPageServices, type Given, type PageServices } from './parts.ts';

/** The function `pages`: every page and every form. */
export function pagesFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createPageServices(config, given);
  return httpHandler(pageApp(services, pageRoutes(services), errorPages(config)), services);
}

/** Its routes. */
export function pageRoutes(services: PageServices): OperationRouter {
  const tools = createPageTools(services.config);
  return operationRouter([
    ...entryPages(services, tools),
    ...recoveryPages(services, tools),
    ...accountPages(services, tools),
  ]);
}
