import { createSesMailer } from '../aws/ses-mailer.ts';
import type { ConfigFor } from '../base/config.ts';
import { mails } from '../flows/letters.ts';
import { limitRules as rules } from '../flows/limits.ts';
import { createLimits } from '../limits/limits.ts';
import { createMailRunner, type RunMailJob } from '../mail/run-job.ts';
import { createSentJobs } from '../mail/sent-jobs.ts';
import { createCore, createStores, type Given, type StoreServices } from './core.ts';

/** What the function `mail` asks for of the environment. */
export type MailConfig = ConfigFor<'database' | 'mail'>;

/** What the function `mail` needs. */
export interface MailServices extends StoreServices<MailConfig> {
  runMailJob: RunMailJob;
}

/** Wires what mails, without any I/O: by Amazon SES in a deployed stage where no other mailer is given, else into the outbox. */
export function createMailServices(config: MailConfig, given: Given = {}): MailServices {
  const core = createCore(config, given);
  const stores = createStores(core);
  const mailer =
    given.mailer ?? (config.deployed ? createSesMailer({ from: config.mailFrom ?? '' }) : stores.outbox);
  const sentJobs = createSentJobs(core);
  // Mails are counted by address; the factor is of network addresses alone, and no job comes from one.
  const limits = createLimits({ ...core, rules, config: { rateLimitFactor: 1 } });
  return { ...stores, runMailJob: createMailRunner({ ...stores, mails, limits, mailer, sentJobs }) };
}
