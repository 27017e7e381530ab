import { mailHandler } from '../aws/mail-handler.ts';
import { mails } from '../flows/letters.ts';
import { mailJobParser } from '../mail/job.ts';
import type { Given } from './core.ts';
import { createMailServices, type MailConfig } from './mail-parts.ts';

/** The function `mail`: does mail jobs. */
export function mailFunction(config: MailConfig, given: Given = {}) {
  const { log, runMailJob } = createMailServices(config, given);
  return mailHandler({ log, parse: mailJobParser(mails), run: runMailJob });
}
