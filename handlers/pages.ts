import { readConfig } from '../lib/config.ts';
import { pageApp } from '../lib/http/page-app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { errorPages } from '../lib/pages/error-page.tsx';
import { pageRoutes } from '../lib/routes/pages.ts';
import { createPageServices } from '../lib/services.ts';

const services = createPageServices(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);
const answerProblem = errorPages(services.config);

export const handler = httpHandler(pageApp(services, pageRoutes(services), answerProblem), services);
