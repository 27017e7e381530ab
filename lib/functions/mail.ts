import { type EventsJob, parseEventsJob } from '../activity/told-event.ts';
import type { Make } from '../aws/deployed.ts';
import { mailHandler } from '../aws/mail-handler.ts';
import { mails } from '../flows/letters.ts';
import { type MailJob, mailJobParser } from '../mail/job.ts';
import type { Mailer } from '../mail/mailer.ts';
import { createSmtpMailer } from '../mail/smtp-mailer.ts';
import { readConfig } from '../store/read-config.ts';
import type { Given } from './core.ts';
import { createEventsRunner } from './event-parts.ts';
import { createMailServices, type MailConfig } from './mail-parts.ts';

/** The function `mail`: does mail jobs, and those that tell other systems and hooks what happened. */
export function mailFunction(config: MailConfig, given: Given = {}) {
  const mailer = given.mailer ?? smtpMailer(config);
  const services = createMailServices(config, { ...given, ...(mailer && { mailer }) });
  const { log, runMailJob } = services;
  const parseMailJob = mailJobParser(mails);
  const tellEvents = createEventsRunner({ ...given, ...services });
  return mailHandler<MailJob | EventsJob>({
    log,
    config,
    parse: (event) => parseEventsJob(event) ?? parseMailJob(event),
    run: (job) => ('events' in job ? tellEvents(job) : runMailJob(job)),
  });
}

/** Wired here, as the other functions carry what mails too, for `dev` and `test`, and none of them sends. */
function smtpMailer({ deployed, smtpServer: server, mailFrom: from }: MailConfig): Mailer | undefined {
  return deployed && server && from ? createSmtpMailer({ server, from }) : undefined;
}

export const make: Make<ReturnType<typeof mailFunction>> = (environment, given) =>
  mailFunction(readConfig(environment, 'database', 'mail'), given);
