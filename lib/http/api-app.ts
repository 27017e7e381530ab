import type { Express, RequestHandler } from 'express';
import type { ConfigFor } from '../config.ts';
import type { Log } from '../log.ts';
import type { Mongo } from '../mongo/client.ts';
import { sessionMiddleware } from '../session/middleware.ts';
import { createApp } from './app.ts';
import { jsonBody } from './body.ts';

export interface ApiAppServices {
  config: ConfigFor<'http' | 'database' | 'sessions'>;
  log: Log;
  mongo: Mongo;
  now: () => Date;
}

/** An app whose routes take JSON and know on `req.session` who is calling. */
export function apiApp(services: ApiAppServices, routes: RequestHandler): Express {
  return createApp({ ...services, before: [...jsonBody(), ...sessionMiddleware(services)], routes });
}
