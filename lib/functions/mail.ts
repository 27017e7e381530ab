import { type EventsJob, parseEventsJob } from '../activity/told-event.ts';
import { mailHandler } from '../aws/mail-handler.ts';
import { mails } from '../flows/letters.ts';
import { type MailJob, mailJobParser } from '../mail/job.ts';
import type { Given } from './core.ts';
import { createEventsRunner } from './event-parts.ts';
import { createMailServices, type MailConfig } from './mail-parts.ts';

/** The function `mail`: does mail jobs, and those that tell other systems and hooks what happened. */
export function mailFunction(config: MailConfig, given: Given = {}) {
  const services = createMailServices(config, given);
  const { log, runMailJob } = services;
  const parseMailJob = mailJobParser(mails);
  const tellEvents = createEventsRunner({ ...given, ...services });
  return mailHandler<MailJob | EventsJob>({
    log,
    parse: (event) => parseEventsJob(event) ?? parseMailJob(event),
    run: (job) => ('events' in job ? tellEvents(job) : runMailJob(job)),
  });
}
