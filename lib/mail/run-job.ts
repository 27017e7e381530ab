import type { Config } from '../config.ts';
import { errorFields, type Log } from '../log.ts';
import type { OneTimeTokens } from '../users/one-time-tokens.ts';
import type { Users } from '../users/repository.ts';
import type { MailJob } from './job.ts';
import { type Letter, letters } from './letters.ts';
import type { Mailer } from './mailer.ts';
import type { Outbox } from './outbox.ts';
import { renderLetter } from './render.tsx';
import type { SentJobs } from './sent-jobs.ts';

export interface MailRunnerOptions {
  config: Pick<Config, 'publicUrl'>;
  log: Log;
  users: Users;
  tokens: OneTimeTokens;
  mailer: Mailer;
  outbox: Outbox;
  sentJobs: SentJobs;
}

/** Does a job; throws where it has to be tried again. */
export type RunMailJob = (job: MailJob) => Promise<void>;

/** A mail that a job has found to be sent. */
interface Addressed {
  to: string;
  /** Whom it is about; null where that user is gone. */
  userId: string | null;
  letter: Letter;
}

/**
 * Wires what a mail job does: look up, make the token, render, send.
 *
 * A job that is repeated sends nothing once its mail has gone out. Where it died between sending and noting that, a
 * second mail follows, whose token has replaced the first one's.
 */
export function createMailRunner(options: MailRunnerOptions): RunMailJob {
  const { config, log, users, tokens, mailer, outbox, sentJobs } = options;
  const find = createLetterFinder(options);

  /** What a job has left about a user who was deleted meanwhile. */
  async function takeBack(userId: string | null): Promise<void> {
    if (userId === null || (await users.exists(userId))) return;
    await Promise.all([tokens.erase(userId), outbox.erase(userId)]);
  }

  async function send(job: MailJob, { to, userId, letter }: Addressed): Promise<void> {
    const mail = { to, subject: letter.subject, ...renderLetter(letter, config.publicUrl) };
    await mailer.send(mail, userId);
    log.info('mail job: sent', { kind: job.kind, jobId: job.id, userId });
    // The mail is out: that a repeat of the job would not know it is no reason to ask for one.
    await sentJobs.add(job.id).catch((error) => {
      log.warn('mail job: not noted as sent', { jobId: job.id, ...errorFields(error) });
    });
  }

  return async function runMailJob(job) {
    if (await sentJobs.has(job.id)) return;
    const mail = await find(job);
    if (!mail) return log.info('mail job: nothing to send', { kind: job.kind, jobId: job.id });
    try {
      await send(job, mail);
    } finally {
      await takeBack(mail.userId).catch((error) => {
        log.error('mail job: traces not looked for', { jobId: job.id, ...errorFields(error) });
      });
    }
  };
}

type FindLetter = (job: MailJob) => Promise<Addressed | null>;

/** What a job comes to, by what the account is at that moment; null where there is nothing to say. */
function createLetterFinder({ config, users, tokens }: MailRunnerOptions): FindLetter {
  const site = new URL(config.publicUrl).host;

  const verifyEmail = async (found: Awaited<ReturnType<Users['findTokenHolderById']>>) => {
    if (!found || found.user.emailVerified) return null;
    const { id: userId, email } = found.user;
    const token = await tokens.issue('verify_email', userId, { email });
    return { to: email, userId, letter: letters.verifyEmail(site, token) };
  };

  const aboutUser = async (userId: string, letter: Letter) => {
    const user = await users.findById(userId);
    return user && { to: user.email, userId, letter };
  };

  return async function findLetter(job) {
    switch (job.kind) {
      case 'verify_email':
        return verifyEmail(await users.findTokenHolderById(job.userId));

      case 'resend':
        return verifyEmail(await users.findTokenHolderByEmail(job.email));

      case 'sign_up': {
        const found = await users.findTokenHolderByEmail(job.email);
        if (!found) return null;
        const { user, signUpId } = found;
        if (signUpId === job.id) return verifyEmail(found);
        // A newer sign-up with this address has a mail of its own.
        if (!user.emailVerified && signUpId !== null) return null;
        return { to: user.email, userId: user.id, letter: letters.accountExists(site) };
      }

      case 'forgot_password': {
        const found = await users.findTokenHolderByEmail(job.email);
        if (!found) return null;
        const { user, credentialsVersion } = found;
        const data = { email: user.email, credentialsVersion };
        const token = await tokens.issue('reset_password', user.id, data);
        return { to: user.email, userId: user.id, letter: letters.resetPassword(site, token) };
      }

      case 'password_changed':
        return aboutUser(job.userId, letters.passwordChanged(site));

      case 'change_email': {
        const { userId, newEmail } = job;
        const [found, owner] = await Promise.all([
          users.findTokenHolderById(userId),
          users.findByEmail(newEmail),
        ]);
        if (!found) return null;
        if (owner && owner.id !== userId)
          return { to: owner.email, userId: owner.id, letter: letters.newEmailTaken(site) };
        const { credentialsVersion } = found;
        const token = await tokens.issue('change_email', userId, { email: newEmail, credentialsVersion });
        return { to: newEmail, userId, letter: letters.confirmNewEmail(site, token) };
      }

      case 'email_changed': {
        const { userId, oldEmail } = job;
        const user = await users.findById(userId);
        if (!user) return null;
        const token = await tokens.issue('undo_email', userId, { email: oldEmail });
        return { to: oldEmail, userId, letter: letters.emailChanged(site, user.email, token) };
      }

      case 'email_change_undone':
        return aboutUser(job.userId, letters.emailChangeUndone(site));

      case 'account_deleted':
        return { to: job.email, userId: null, letter: letters.accountDeleted(site) };
    }
  };
}
