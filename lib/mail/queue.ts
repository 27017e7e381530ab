import { randomBytes } from 'node:crypto';
import { errorFields, type Log } from '../base/log.ts';
import { tally } from '../base/metrics.ts';
import { currentRequest } from '../base/request.ts';
import { inSpan, toElsewhere } from '../base/trace.ts';
import type { MailJob, NewMailJob } from './job.ts';

/** Where mail jobs are handed over; `Job` names those that somebody makes. */
export interface MailQueue<in Job extends NewMailJob = never> {
  /**
   * Hands a job over, whether or not it will find something to mail. A failure is logged and changes nothing, so that
   * no answer depends on it.
   *
   * @returns false where it was not handed over.
   */
  enqueue(job: Job): Promise<boolean>;
}

/**
 * The queue by way of `hand`: in a deployed stage to the function `mail`, elsewhere to the runner itself, so that
 * the mail is there when the answer is.
 */
export function createMailQueue({
  log,
  hand,
}: {
  log: Log;
  hand: (job: MailJob) => Promise<void>;
}): MailQueue<NewMailJob> {
  return {
    enqueue: async (job) => {
      const id = randomBytes(16).toString('base64url');
      try {
        await inSpan('mail.hand_over', () => hand({ ...job, id }), { 'mail.kind': job.kind }, toElsewhere);
        tally('mailJobsHandedOver');
        return true;
      } catch (error) {
        tally('mailJobsLost');
        const { requestId } = currentRequest() ?? {};
        log.error('mail job not handed over', {
          requestId,
          kind: job.kind,
          jobId: id,
          ...errorFields(error),
        });
        return false;
      }
    },
  };
}
