import { readConfig } from '../lib/config.ts';
import { mailHandler } from '../lib/lambda/mail-jobs.ts';
import { createMailServices } from '../lib/services.ts';

const { log, runMailJob } = createMailServices(readConfig(process.env, 'database', 'mail'));

export const handler = mailHandler({ log, run: runMailJob });
