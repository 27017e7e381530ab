import { readEnvironment } from '../lib/base/config.ts';
import { docsFunction } from '../lib/functions/docs.ts';

export const handler = docsFunction(readEnvironment(process.env, 'http', 'description'));
