import { deployedHttp } from '../lib/aws/deployed.ts';
import { pagesFunction } from '../lib/functions/pages.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  pagesFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity', 'accounts'), given),
);
