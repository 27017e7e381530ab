import { deployed } from '../lib/aws/deployed.ts';
import { mailFunction } from '../lib/functions/mail.ts';
import { readConfig } from '../lib/store/read-config.ts';

export const handler = await deployed((environment, given) =>
  mailFunction(readConfig(environment, 'database', 'mail'), given),
);
