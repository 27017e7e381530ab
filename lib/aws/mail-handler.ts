import type { Context } from 'aws-lambda';
import { errorFields, type Log } from '../base/log.ts';
import { newRequestContext, runInRequest } from '../base/request.ts';
import type { MailJob } from '../mail/job.ts';

/** Of a job to be tried again: Lambda prints what rejects an invocation, and keeps it beside a dead letter. */
class MailJobError extends Error {
  override readonly name = 'MailJobError';
  /** Of the error that it stands for, such as `unavailable`. */
  readonly code: unknown;

  constructor(cause: unknown) {
    const { error, code } = errorFields(cause);
    super(`mail job failed: ${error}`);
    this.code = code;
  }
}

export interface MailHandlerOptions<Job extends MailJob> {
  log: Log;
  /** The job that an event is, or null. */
  parse: (event: unknown) => Job | null;
  run: (job: Job) => Promise<void>;
}

/**
 * The handler of the function `mail`: does the job that it was invoked with. A job that fails rejects the
 * invocation, which Lambda repeats, by an error that quotes nothing: those of SES hold addresses. What is no job
 * would fail again, so it is logged and dropped.
 */
export function mailHandler<Job extends MailJob>({ log, parse, run }: MailHandlerOptions<Job>) {
  return async function handler(event: unknown, context?: Context): Promise<void> {
    const requestId = context?.awsRequestId ?? 'none';
    const job = parse(event);
    if (!job) {
      const got =
        typeof event === 'object' && event !== null ? Object.keys(event).slice(0, 12) : typeof event;
      return log.error('not a mail job: dropped', { requestId, got });
    }
    try {
      await runInRequest(newRequestContext(requestId), () => run(job));
    } catch (error) {
      log.error('mail job failed', { requestId, kind: job.kind, jobId: job.id, ...errorFields(error) });
      throw new MailJobError(error);
    }
  };
}
