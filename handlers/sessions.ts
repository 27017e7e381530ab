import { readConfig } from '../lib/config.ts';
import { apiApp } from '../lib/http/api-app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { sessionRoutes } from '../lib/routes/sessions.ts';
import { createSessionServices } from '../lib/services.ts';

const services = createSessionServices(readConfig(process.env, 'http', 'database', 'sessions', 'activity'));

export const handler = httpHandler(apiApp(services, sessionRoutes(services)), services);
