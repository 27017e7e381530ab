import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { accountPages } from '../flows/account/pages.tsx';
import { activityPages } from '../flows/activity/pages.tsx';
import { emailPages } from '../flows/email-address/pages.tsx';
import type { Notice } from '../flows/notices.ts';
import { passwordResetPages } from '../flows/password-reset/pages.tsx';
import { secondFactorPages } from '../flows/second-factor/pages.tsx';
import { passkeyScriptRoutes } from '../flows/second-factor/passkey-script-routes.ts';
import { securityPages } from '../flows/second-factor/security-pages.tsx';
import { sessionPages } from '../flows/sessions/pages.tsx';
import { createLinkPages } from '../flows/shared/link-page.tsx';
import { emailCodePages } from '../flows/sign-in/email-code/pages.tsx';
import { signInPages } from '../flows/sign-in/pages.tsx';
import { signUpPages } from '../flows/sign-in/sign-up/pages.tsx';
import { wayInPages } from '../flows/sign-in/ways-in-pages.tsx';
import { pageWords } from '../flows/words.ts';
import { readConfig } from '../store/read-config.ts';
import { errorPages } from '../web/page/error-page.tsx';
import { createPageTools, type PageTools } from '../web/page/page-tools.ts';
import { pageApp } from '../web/page-app.ts';
import { joinRouters, type OperationRouter, operationRouter } from '../web/router.ts';
import type { Given } from './core.ts';
import { type AuthConfig, createPageServices, type PageServices } from './parts.ts';

/** The function `pages`: every page and every form. */
export function pagesFunction(config: AuthConfig, given: Given = {}): HttpHandler {
  const services = createPageServices(config, given);
  const app = pageApp(services, pageRoutes(services), errorPages(config, pageWords.translate), [
    passkeyScriptRoutes(),
  ]);
  return httpHandler(app, services);
}

/** Its routes. */
export function pageRoutes(services: PageServices): OperationRouter {
  const tools: PageTools<Notice> = createPageTools(services.config, pageWords);
  const linkPages = createLinkPages(services);
  const changeEmail = services.emailAddresses.requestChange;
  const pages = operationRouter([
    ...signInPages(services, tools),
    ...wayInPages(services, tools),
    ...emailCodePages(services, tools),
    ...signUpPages(services, tools),
    ...passwordResetPages({ ...services, linkPages }, tools),
    ...emailPages({ ...services, linkPages }, tools),
    ...accountPages({ ...services, changeEmail }, tools),
    ...secondFactorPages(services, tools),
    ...securityPages(services, tools),
    ...sessionPages(services, tools),
    ...activityPages(services, tools),
  ]);
  return joinRouters(pages, passkeyScriptRoutes());
}

export const make: MakeHttp = (environment, given) =>
  pagesFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given);
