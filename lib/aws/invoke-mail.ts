import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { EventsJob } from '../activity/told-event.ts';
import type { MailJob } from '../mail/job.ts';

/** An answer waits no longer for its job to be taken, in milliseconds: the first call loads the SDK as well. */
const handWithinMs = 2000;

/**
 * Hands jobs to the function `mail` by asynchronous invocation: Lambda's own queue keeps them, and repeats those
 * that fail. The SDK is the one that the runtime carries, loaded at the first job.
 *
 * @returns a function that throws where the job was not taken.
 */
export function invokeMailFunction(functionName: string): (job: MailJob | EventsJob) => Promise<void> {
  let client: LambdaClient | undefined;

  return async function handToMailFunction(job) {
    const taken = AbortSignal.timeout(handWithinMs);
    const late = new Promise<never>((_, reject) => {
      taken.addEventListener('abort', () => reject(taken.reason), { once: true });
    });
    await Promise.race([invoke(job, taken), late]);
  };

  async function invoke(job: MailJob | EventsJob, abortSignal: AbortSignal): Promise<void> {
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
