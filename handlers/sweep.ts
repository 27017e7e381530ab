import { deployed } from '../lib/aws/deployed.ts';
import { sweepFunction } from '../lib/functions/sweep.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployed((environment, given) =>
  sweepFunction(readConfig(environment, 'database'), given),
);
