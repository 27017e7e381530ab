import type { Config } from '../base/config.ts';
import { languages } from '../base/language.ts';
import { errorFields, type Log } from '../base/log.ts';
import { inSpan, toElsewhere } from '../base/trace.ts';
import type { Limits } from '../limits/limits.ts';
import { emailKey } from '../users/email.ts';
import type { MailJob } from './job.ts';
import type { FoundMail, MailKind, MailParts } from './mail-kind.ts';
import type { Mailer } from './mailer.ts';
import type { Outbox } from './outbox.ts';
import { renderLetter } from './render.tsx';
import type { SentJobs } from './sent-jobs.ts';

export interface MailRunnerOptions extends Omit<MailParts, 'site'> {
  config: Pick<Config, 'publicUrl' | 'appName'>;
  log: Log;
  /** Every kind of mail that there is. */
  mails: readonly MailKind[];
  limits: Pick<Limits, 'mailUnconfirmed'>;
  mailer: Mailer;
  outbox: Outbox;
  sentJobs: SentJobs;
}

/** Does a job; throws where it has to be tried again. */
export type RunMailJob = (job: MailJob) => Promise<void>;

/**
 * Wires what a mail job does: look up, make the token, render, send.
 *
 * A job that is repeated sends nothing once its mail has gone out. Where it died between sending and noting that, a
 * second mail follows, whose token has replaced the first one's.
 */
export function createMailRunner(options: MailRunnerOptions): RunMailJob {
  const { log, config, mails, limits, users, tokens, mailer, outbox, sentJobs } = options;
  const parts: MailParts = { ...options, site: config.appName };
  const kinds = new Map(mails.map((each) => [each.kind, each]));

  /** The one place where mails to one address are counted, whatever asks for them; a repeat of a job is no other. */
  async function mayMail(job: MailJob, to: string): Promise<boolean> {
    if (!(await sentJobs.isFirstTry(job.id))) return true;
    return limits.mailUnconfirmed(emailKey(to));
  }

  /** What a job has left about a user who was deleted meanwhile. */
  async function takeBack(userId: string | null): Promise<void> {
    if (userId === null || (await users.exists(userId))) return;
    await Promise.all([tokens.erase(userId), outbox.erase(userId)]);
  }

  async function send(job: MailJob, { to, userId, write, ...found }: FoundMail): Promise<void> {
    const about = { kind: job.kind, jobId: job.id };
    const language = found.language ?? languages[0];
    const letter = await write(language);
    if (!letter) return log.info('mail job: nothing to send', about);
    const bodies = renderLetter(letter, { publicUrl: config.publicUrl, language });
    const mail = { to, subject: letter.subject, ...bodies };
    await inSpan('mail.send', () => mailer.send(mail, userId), { 'mail.kind': job.kind }, toElsewhere);
    log.info('mail job: sent', { ...about, userId });
    // The mail is out: that a repeat of the job would not know it is no reason to ask for one.
    await sentJobs.add(job.id).catch((error) => {
      log.warn('mail job: not noted as sent', { jobId: job.id, ...errorFields(error) });
    });
  }

  return async function runMailJob(job) {
    const about = { kind: job.kind, jobId: job.id };
    if (await sentJobs.has(job.id)) return;
    const mail = await kinds.get(job.kind)?.find(job, parts);
    if (!mail) return log.info('mail job: nothing to send', about);
    const { to, confirmed, userId } = mail;
    if (!confirmed && !(await mayMail(job, to))) {
      // Done with: a repeat is not counted, and would be sent.
      await sentJobs.add(job.id);
      return log.warn('mail job: this address has had its mails', { ...about, userId });
    }
    try {
      await send(job, mail);
    } finally {
      await takeBack(userId).catch((error) => {
        log.error('mail job: traces not looked for', { jobId: job.id, ...errorFields(error) });
      });
    }
  };
}
