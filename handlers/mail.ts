import { mailFunction } from '../lib/functions/mail.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = mailFunction(readConfig(process.env, 'database', 'mail'));
