import type { Express, RequestHandler } from 'express';
import type { ConfigFor } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import type { Store } from '../store/contract.ts';
import { createApp } from './app.ts';
import { jsonBody } from './bodies.ts';
import { sessionMiddleware } from './session/middleware.ts';

export interface JsonAppServices {
  config: ConfigFor<'http' | 'database' | 'sessions'>;
  log: Log;
  store: Pick<Store, 'sessions' | 'ExpressStore'>;
  now: () => Date;
}

/** An app whose routes take JSON and know on `req.session` who is calling. */
export function jsonApp(services: JsonAppServices, routes: RequestHandler): Express {
  return createApp({ ...services, before: [...jsonBody(), ...sessionMiddleware(services)], routes });
}
