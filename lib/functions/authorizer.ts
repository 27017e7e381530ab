import { authorizerHandler } from '../aws/authorizer.ts';
import type { ConfigFor } from '../base/config.ts';
import { createSessionReader } from '../web/session/read-session.ts';
import { createCore, type Given } from './parts.ts';

/** The function `authorizer`: tells API Gateway who calls another service. */
export function authorizerFunction(config: ConfigFor<'database' | 'sessions'>, given: Given = {}) {
  const core = createCore(config, given);
  return authorizerHandler({ log: core.log, readSession: createSessionReader(core) });
}
