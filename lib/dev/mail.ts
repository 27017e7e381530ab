import { openDeadLetters } from '../aws/dead-letters.ts';
import { invokeMailFunction } from '../aws/invoke-mail.ts';
import { runIfMain, UsageError } from './command.ts';
import { handOverAgain, listFailed } from './mail/failed-mail.ts';
import { type MailCommand, readMailCommand } from './mail/read-mail-command.ts';
import { live } from './service/releases.ts';

/** As serverless.yml names queue and function. */
const nameOf = (stage: string, what: string) => `session-auth-${stage}-${what}`;

const jobs = (count: number) => (count === 1 ? '1 job' : `${count} jobs`);

/** An error of the SDK by its name alone; what is known to help is said. */
function inWords(error: unknown, { stage }: MailCommand): UsageError {
  if (error instanceof UsageError) return error;
  const { name, message, code } = error as Error & { code?: unknown };
  const plain = /region/i.test(message) ? 'no region' : String(code ?? name);
  const said = name === 'Error' ? plain : name;
  const hints: Record<string, string> = {
    'no region': 'name it: AWS_REGION=us-east-1',
    CredentialsProviderError: 'sign in to AWS, or name a profile: AWS_PROFILE=…',
    QueueDoesNotExist: `there is no queue ${nameOf(stage, 'mail-dead-letters')} here: look at the stage, the region and the account`,
    AccessDeniedException:
      'it takes sqs:GetQueueUrl, ReceiveMessage, ChangeMessageVisibility and DeleteMessage, and lambda:InvokeFunction on the function and its alias',
  };
  hints.AccessDenied = hints.AccessDeniedException ?? '';
  return new UsageError(`mail: AWS says ${said}; no job was lost. ${hints[said] ?? 'Run it again'}`, {
    cause: error,
  });
}

async function failed({ stage }: MailCommand): Promise<void> {
  const name = nameOf(stage, 'mail-dead-letters');
  const queue = await openDeadLetters(name);
  console.log(`${name} in ${await queue.region()}`);
  const groups = await listFailed(queue);
  for (const { kind, reason, count, oldest } of groups)
    console.log(`  ${String(count).padStart(5)}  ${kind}: ${reason}, the oldest of ${oldest.toISOString()}`);
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return console.log('mail: no job has failed to the end. There is nothing to do');
  console.log(
    `mail: ${jobs(total)} failed to the end. Next: put the reason right, then npm run mail -- again --stage ${stage}`,
  );
}

/** Hands jobs to the version that people get, by its alias; without one, where a stage releases at once, to the function. */
function handToMail(name: string): ReturnType<typeof invokeMailFunction> {
  let hand = invokeMailFunction(`${name}:${live}`);
  let isKnown = false;
  return async (job) => {
    try {
      await hand(job);
    } catch (error) {
      if (isKnown || (error as Error).name !== 'ResourceNotFoundException') throw error;
      hand = invokeMailFunction(name);
      await hand(job);
    }
    isKnown = true;
  };
}

async function again({ stage, kind }: MailCommand): Promise<void> {
  const name = nameOf(stage, 'mail-dead-letters');
  const queue = await openDeadLetters(name);
  console.log(`${name} in ${await queue.region()}`);
  const hand = handToMail(nameOf(stage, 'mail'));
  const { handedOver, left, stoppedBy } = await handOverAgain({ queue, hand, kind, now: () => new Date() });
  const done = `mail: ${jobs(handedOver)} handed over, ${left} left in the queue`;
  if (stoppedBy !== undefined)
    throw new UsageError(
      `${done}: stopped by ${(stoppedBy as Error).name}. Next: put that right and run it again`,
      {
        cause: stoppedBy,
      },
    );
  const next = handedOver > 0 ? ` Next, in an hour at most: npm run mail -- failed --stage ${stage}` : '';
  console.log(`${done}.${next}`);
}

await runIfMain(import.meta.url, async () => {
  // Its last line is ours: that the SDK will leave an older Node behind is no news of mails.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const command = readMailCommand(process.argv.slice(2));
  await (command.verb === 'failed' ? failed(command) : again(command)).catch((error: unknown) => {
    throw inWords(error, command);
  });
});
