import { readEnvironment } from '../lib/base/config.ts';
import { exampleFunction } from '../lib/functions/example.ts';

export const handler = exampleFunction(readEnvironment(process.env, 'http'));
