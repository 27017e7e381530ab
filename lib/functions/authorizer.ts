import { authorizerHandler } from '../aws/authorizer.ts';
import type { MakeAuthorizer } from '../aws/deployed.ts';
import type { ConfigFor } from '../base/config.ts';
import { createLog } from '../base/log.ts';
import { originCheck } from '../base/origin-secret.ts';
import { openSessionRecords } from '../store/open-sessions.ts';
import { readConfig } from '../store/read-config.ts';
import { createSessionReader } from '../web/session/read-session.ts';
import type { Given } from './core.ts';

/** The function `authorizer`: tells API Gateway who calls another service. It needs of the store no more than this. */
export function authorizerFunction(config: ConfigFor<'database' | 'sessions' | 'origin'>, given: Given = {}) {
  const { now = () => new Date(), log = createLog(config.logLevel) } = given;
  const records = given.store?.sessions ?? openSessionRecords(config, given.connections);
  const readSession = createSessionReader({ config, records, now });
  return authorizerHandler({ log, config, readSession, cameByCdn: originCheck(config.originSecrets) });
}

export const make: MakeAuthorizer = (environment, given) =>
  authorizerFunction(readConfig(environment, 'database', 'sessions', 'origin'), given);
