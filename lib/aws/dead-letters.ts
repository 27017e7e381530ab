import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { inChunks } from '../base/in-chunks.ts';
import type { MailJob } from '../mail/job.ts';

/** A job that failed to the end, as it lies in the queue. None of this but the job itself says whom it is about. */
export interface DeadLetter {
  /** Null for what is no job: it stays where it is. */
  readonly job: MailJob | null;
  readonly kind: string;
  /** Why its last try failed, in a word. */
  readonly reason: string;
  readonly failedAt: Date;
  /** By which the queue knows it until it is seen by others again. */
  readonly receipt: string;
}

/** The queue of jobs that failed to the end. */
export interface DeadLetters {
  /**
   * Takes some out that nobody else looks at: for a while nobody else sees them. None means that there are no more.
   *
   * @throws the SDK's error, such as `QueueDoesNotExist`.
   */
  take(): Promise<DeadLetter[]>;
  /** Lets others see them again at once. */
  giveBack(letters: readonly DeadLetter[]): Promise<void>;
  remove(letter: DeadLetter): Promise<void>;
  /** The region that the SDK has found, in the environment or in a profile. */
  region(): Promise<string>;
}

/** Seconds for which nobody else sees what was taken: as long as a look at many takes. */
const takenSeconds = 300;

/** The queue gives and takes no more at once. */
const atOnce = 10;

/** Opens the queue by its name. */
export async function openDeadLetters(queueName: string): Promise<DeadLetters> {
  const sqs = await import('@aws-sdk/client-sqs');
  const client: SQSClient = new sqs.SQSClient({ maxAttempts: 3 });
  let url: string | undefined;
  const urlOfQueue = async () => {
    url ??= (await client.send(new sqs.GetQueueUrlCommand({ QueueName: queueName }))).QueueUrl;
    return url;
  };

  return {
    take: async () => {
      const command = new sqs.ReceiveMessageCommand({
        QueueUrl: await urlOfQueue(),
        MaxNumberOfMessages: atOnce,
        VisibilityTimeout: takenSeconds,
        // A look without a wait misses some of the servers that a queue lies on.
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      });
      const { Messages = [] } = await client.send(command);
      return Messages.map(toDeadLetter);
    },
    giveBack: async (letters) => {
      const entries = letters.map(({ receipt }, at) => ({
        Id: String(at),
        ReceiptHandle: receipt,
        VisibilityTimeout: 0,
      }));
      for (const Entries of inChunks(entries, atOnce)) {
        await client.send(
          new sqs.ChangeMessageVisibilityBatchCommand({ QueueUrl: await urlOfQueue(), Entries }),
        );
      }
    },
    remove: async ({ receipt }) => {
      const command = new sqs.DeleteMessageCommand({ QueueUrl: await urlOfQueue(), ReceiptHandle: receipt });
      await client.send(command);
    },
    region: async () => client.config.region(),
  };
}

function toDeadLetter({ Body, Attributes, MessageAttributes, ReceiptHandle = '' }: Message): DeadLetter {
  const job = jobIn(Body);
  const said = MessageAttributes?.ErrorMessage?.StringValue ?? '';
  return {
    job,
    kind: job?.kind ?? 'no job',
    reason: reasonIn(said),
    failedAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
    receipt: ReceiptHandle,
  };
}

function jobIn(body = ''): MailJob | null {
  try {
    const job = JSON.parse(body) as Partial<MailJob> | null;
    return typeof job?.kind === 'string' && /^[a-z_]{1,60}$/.test(job.kind) ? (job as MailJob) : null;
  } catch {
    return null;
  }
}

/** Of what Lambda keeps beside a dead letter only words that are known: any other error may quote whom it is about. */
function reasonIn(said: string): string {
  return (
    /mail job failed: (\w{1,80})/.exec(said)?.[1] ??
    /Runtime\.\w{1,60}|Task timed out/.exec(said)?.[0] ??
    'another error: see the log'
  );
}
