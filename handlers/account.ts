import { deployedHttp } from '../lib/aws/deployed.ts';
import { accountFunction } from '../lib/functions/account.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  accountFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given),
);
