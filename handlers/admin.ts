import { deployedHttp } from '../lib/aws/deployed.ts';
import { adminFunction } from '../lib/functions/admin.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  adminFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given),
);
