import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { EventsJob } from '../activity/told-event.ts';
import type { MailJob } from '../mail/job.ts';

/**
 * One try to hand a job over lasts no longer, in milliseconds. Loading the SDK, 0.3 to 0.8 s at an instance's first
 * job, is none of it: that waits for nobody, and a limit on it would lose what needs but a moment more.
 */
const tryMs = 1500;

/**
 * Where a try ran out of time there is one more: what is silent is mostly a connection that died while the instance
 * slept, and the next try makes a new one. The first may have been taken all the same: a job that comes twice is
 * done once.
 */
const tries = 2;

/** Nobody took the job in time. Whether it was taken late, and is done after all, nobody here can know. */
class HandOverTimeout extends Error {
  override readonly name = 'HandOverTimeout';
  readonly code = 'may_be_done';
}

/**
 * Hands jobs to the function `mail` by asynchronous invocation: Lambda's own queue keeps them, and repeats those
 * that fail. The SDK is the one that the runtime carries, loaded at the first job.
 *
 * @returns a function that throws where the job was not taken, after 3 seconds at most, and what loading the SDK takes.
 */
export function invokeMailFunction(functionName: string): (job: MailJob | EventsJob) => Promise<void> {
  let client: LambdaClient | undefined;

  return async function handToMailFunction(job) {
    const { LambdaClient, InvokeCommand } = await import('@aws-sdk/client-lambda');
    client ??= new LambdaClient({ maxAttempts: 2 });
    const input = {
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(job),
    } as const;
    for (let tried = 1; ; tried += 1) {
      const over = AbortSignal.timeout(tryMs);
      try {
        await Promise.race([client.send(new InvokeCommand(input), { abortSignal: over }), whenOver(over)]);
        return;
      } catch (error) {
        if (!over.aborted) throw error;
        if (tried === tries) throw new HandOverTimeout('not taken in time', { cause: error });
      }
    }
  };
}

/** The SDK does not look at the signal while it waits for credentials. */
function whenOver(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
