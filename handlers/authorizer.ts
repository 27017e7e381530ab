import { deployedAuthorizer } from '../lib/aws/deployed.ts';
import { authorizerFunction } from '../lib/functions/authorizer.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedAuthorizer((environment, given) =>
  authorizerFunction(readConfig(environment, 'database', 'sessions', 'origin'), given),
);
