import { authorizerFunction } from '../lib/functions/authorizer.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = authorizerFunction(readConfig(process.env, 'database', 'sessions'));
