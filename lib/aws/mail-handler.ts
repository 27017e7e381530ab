import type { Context } from 'aws-lambda';
import type { Config } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { spentFields, tally, withMetrics } from '../base/metrics.ts';
import { type RequestContext, requestContexts, runInRequest } from '../base/request.ts';
import { inFirstSpan } from '../base/trace.ts';
import type { MailJob } from '../mail/job.ts';
import { traceIdOf } from './trace-headers.ts';

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
  config?: Partial<Pick<Config, 'metrics'>>;
  /** The job that an event is, or null. */
  parse: (event: unknown) => Job | null;
  run: (job: Job) => Promise<void>;
}

/**
 * The handler of the function `mail`: does the job that it was invoked with, and writes one line of how it went. A job
 * that fails rejects the invocation, which Lambda repeats, by an error that quotes nothing: those of SES hold
 * addresses. What is no job would fail again, so it is logged and dropped.
 */
export function mailHandler<Job extends MailJob>(options: MailHandlerOptions<Job>) {
  const { log, config, parse, run } = options;
  const newContext = requestContexts();

  async function attempt(event: unknown, known: RequestContext): Promise<void> {
    const { requestId } = known;
    const job = parse(event);
    /** The line that counts the job, as a request that was answered with that status. */
    const lineOf = (status: number, more: object) => {
      const line = { requestId, ...more, ...spentFields(known) };
      return withMetrics(line, config?.metrics, known, { status });
    };
    if (!job) {
      const got =
        typeof event === 'object' && event !== null ? Object.keys(event).slice(0, 12) : typeof event;
      return log.error('not a mail job: dropped', lineOf(422, { got }));
    }
    const about = { kind: job.kind, jobId: job.id };
    try {
      await run(job);
      tally('mailJobsDone');
      log.info('mail job done', lineOf(200, about));
    } catch (error) {
      tally('mailJobsFailed');
      log.error('mail job failed', lineOf(500, { ...about, ...errorFields(error) }));
      throw new MailJobError(error);
    }
  }

  return async function handler(event: unknown, context?: Context): Promise<void> {
    const known = newContext(context?.awsRequestId ?? 'none');
    return runInRequest(known, () =>
      inFirstSpan('job', {}, (span) => {
        known.traceId = traceIdOf(span, {});
        return attempt(event, known);
      }),
    );
  };
}
