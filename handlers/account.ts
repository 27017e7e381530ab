import { readConfig } from '../lib/config.ts';
import { apiApp } from '../lib/http/api-app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { accountRoutes } from '../lib/routes/account.ts';
import { createAuthServices } from '../lib/services.ts';

const services = createAuthServices(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);

export const handler = httpHandler(apiApp(services, accountRoutes(services)), services);
