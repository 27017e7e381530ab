import { authFunction } from '../lib/functions/auth.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = authFunction(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);
