import { readConfig } from '../lib/config.ts';
import { apiApp } from '../lib/http/api-app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { authFunctionRoutes } from '../lib/routes/auth-function.ts';
import { createAuthServices } from '../lib/services.ts';

const services = createAuthServices(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);

export const handler = httpHandler(apiApp(services, authFunctionRoutes(services)), services);
