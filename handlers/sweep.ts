import { sweepFunction } from '../lib/functions/sweep.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = sweepFunction(readConfig(process.env, 'database'));
