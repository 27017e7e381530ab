import { readConfig } from '../lib/config.ts';
import { createApp } from '../lib/http/app.ts';
import { httpHandler } from '../lib/lambda/http-handler.ts';
import { createPrepared } from '../lib/mongo/prepared.ts';
import { healthRoutes } from '../lib/routes/health.ts';
import { createCore } from '../lib/services.ts';

const services = createCore(readConfig(process.env, 'http', 'database'));

export const handler = httpHandler(
  createApp({ ...services, before: [], routes: healthRoutes({ prepared: createPrepared(services) }) }),
  services,
);
