import { healthFunction } from '../lib/functions/health.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = healthFunction(readConfig(process.env, 'http', 'database'));
