import { pagesFunction } from '../lib/functions/pages.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = pagesFunction(
  readConfig(process.env, 'http', 'database', 'sessions', 'activity', 'accounts'),
);
