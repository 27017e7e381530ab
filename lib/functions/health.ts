import type { MakeHttp } from '../aws/deployed.ts';
import { type HttpHandler, httpHandler } from '../aws/http-handler.ts';
import type { ConfigFor } from '../base/config.ts';
import { healthRoutes } from '../flows/health/routes.ts';
import { createPrepared } from '../store/prepared.ts';
import { readConfig } from '../store/read-config.ts';
import { createApp } from '../web/app.ts';
import { createCore, type Given } from './core.ts';

/** The function `health`: whether the functions run and reach their database. */
export function healthFunction(config: ConfigFor<'http' | 'database'>, given: Given = {}): HttpHandler {
  const core = createCore(config, given);
  const routes = healthRoutes({ prepared: createPrepared(core) });
  return httpHandler(createApp({ ...core, before: [], routes }), core);
}

export const make: MakeHttp = (environment, given) =>
  healthFunction(readConfig(environment, 'http', 'database'), given);
