import { deployedHttp } from '../lib/aws/deployed.ts';
import { healthFunction } from '../lib/functions/health.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  healthFunction(readConfig(environment, 'http', 'database'), given),
);
