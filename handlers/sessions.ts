import { sessionsFunction } from '../lib/functions/sessions.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = sessionsFunction(readConfig(process.env, 'http', 'database', 'sessions', 'activity'));
