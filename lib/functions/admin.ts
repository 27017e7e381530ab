import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { adminPages } from '../flows/admin/pages.tsx';
import { adminRoutes } from '../flows/admin/routes.ts';
import type { Notice } from '../flows/notices.ts';
import { pageWords } from '../flows/words.ts';
import { readConfig } from '../store/read-config.ts';
import { adminApp } from '../web/admin-app.ts';
import { errorPages } from '../web/page/error-page.tsx';
import { createPageTools, type PageTools } from '../web/page/page-tools.ts';
import { joinRouters, type OperationRouter, operationRouter } from '../web/router.ts';
import { type AdminServices, createAdminServices } from './admin-parts.ts';
import type { Given } from './core.ts';
import type { AuthConfig } from './parts.ts';

/** The function `admin`: what administrators do, as JSON and as pages. */
export function adminFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createAdminServices(config, given);
  return httpHandler(
    adminApp(services, adminFunctionRoutes(services), errorPages(config, pageWords.translate)),
    services,
  );
}

/** Its routes: `/admin` and what lies below it. */
export function adminFunctionRoutes(services: AdminServices): OperationRouter {
  const tools: PageTools<Notice> = createPageTools(services.config, pageWords);
  return joinRouters(adminRoutes(services), operationRouter(adminPages(services, tools)));
}

export const make: MakeHttp = (environment, given) =>
  adminFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given);
