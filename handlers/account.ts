import { accountFunction } from '../lib/functions/account.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = accountFunction(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);
