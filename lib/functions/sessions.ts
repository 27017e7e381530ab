import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import { sessionRoutes } from '../flows/sessions/routes.ts';
import { readConfig } from '../store/read-config.ts';
import { jsonApp } from '../web/json-app.ts';
import type { Given } from './core.ts';
import { createSessionServices, type SessionConfig } from './parts.ts';

/** The function `sessions`: people's own sessions on all devices. */
export function sessionsFunction(config: SessionConfig, given: Given = {}): HttpHandler {
  const services = createSessionServices(config, given);
  return httpHandler(jsonApp(services, sessionRoutes(services)), services);
}

export const make: MakeHttp = (environment, given) =>
  sessionsFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity'), given);
