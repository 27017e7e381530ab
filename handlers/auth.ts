import { deployedHttp } from '../lib/aws/deployed.ts';
import { authFunction } from '../lib/functions/auth.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  authFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given),
);
