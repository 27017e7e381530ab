import type { Context } from 'aws-lambda';
import type { Log } from '../log.ts';
import { parseMailJob } from '../mail/job.ts';
import type { RunMailJob } from '../mail/run-job.ts';
import { newRequestContext, runInRequest } from '../request-context.ts';

/**
 * The handler of the function `mail`: does the job that it was invoked with. A job that fails rejects the
 * invocation, which Lambda repeats; what is no job would fail again, so it is logged and dropped.
 */
export function mailHandler({ log, run }: { log: Log; run: RunMailJob }) {
  return async function handler(event: unknown, context?: Context): Promise<void> {
    const requestId = context?.awsRequestId ?? 'none';
    const job = parseMailJob(event);
    if (!job) {
      const got =
        typeof event === 'object' && event !== null ? Object.keys(event).slice(0, 12) : typeof event;
      return log.error('not a mail job: dropped', { requestId, got });
    }
    await runInRequest(newRequestContext(requestId), () => run(job));
  };
}
