import { deployedHttp } from '../lib/aws/deployed.ts';
import { sessionsFunction } from '../lib/functions/sessions.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployedHttp((environment, given) =>
  sessionsFunction(readConfig(environment, 'http', 'database', 'sessions', 'activity'), given),
);
