import { adminFunction } from '../lib/functions/admin.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = adminFunction(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);
