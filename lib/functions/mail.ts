import { mailHandler } from '../aws/mail-handler.ts';
import { mails } from '../flows/letters.ts';
import { mailJobParser } from '../mail/job.ts';
import { createMailServices, type Given, type MailConfig } from './parts.ts';

/** The function `mail`: does mail jobs. */
export function mailFunction(config: MailConfig, given: Given = {}) {
  const { log, runMailJob } = createMailServices(config, given);
  return mailHandler({ log, parse: mailJobParser(mails), run: runMailJob });
}
