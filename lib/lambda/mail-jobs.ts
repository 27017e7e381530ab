import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Context } from 'aws-lambda';
import type { Log } from '../log.ts';
import { type MailJob, parseMailJob } from '../mail/job.ts';
import type { RunMailJob } from '../mail/run-job.ts';
import { newRequestContext, runInRequest } from '../request-context.ts';

/** An answer waits no longer for its job to be taken, in milliseconds: the first call loads the SDK as well. */
const handWithinMs = 2000;

/**
 * Hands jobs to the function `mail` by asynchronous invocation: Lambda's own queue keeps them, and repeats those
 * that fail. The SDK is the one that the runtime carries, loaded at the first job.
 *
 * @returns a function that throws where the job was not taken.
 */
export function invokeMailFunction(functionName: string): (job: MailJob) => Promise<void> {
  let client: LambdaClient | undefined;

  return async function handToMailFunction(job) {
    const taken = AbortSignal.timeout(handWithinMs);
    const late = new Promise<never>((_, reject) => {
      taken.addEventListener('abort', () => reject(taken.reason), { once: true });
    });
    await Promise.race([invoke(job, taken), late]);
  };

  async function invoke(job: MailJob, abortSignal: AbortSignal): Promise<void> {
    const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda');
    client ??= new LambdaClient({ maxAttempts: 2 });
    const command = new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(job),
    });
    await client.send(command, { abortSignal });
  }
}

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
