import type { DeadLetter, DeadLetters } from '../../aws/dead-letters.ts';
import type { MailJob } from '../../mail/job.ts';

/** Jobs of one kind that failed for one reason. */
export interface FailedGroup {
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  readonly oldest: Date;
}

/** Looks at all that lies in the queue, and leaves it there. */
export async function listFailed(queue: Pick<DeadLetters, 'take' | 'giveBack'>): Promise<FailedGroup[]> {
  const seen: DeadLetter[] = [];
  try {
    for (let some = await queue.take(); some.length > 0; some = await queue.take()) seen.push(...some);
  } finally {
    await queue.giveBack(seen);
  }
  return grouped(seen);
}

function grouped(letters: readonly DeadLetter[]): FailedGroup[] {
  const groups = new Map<string, FailedGroup>();
  for (const { kind, reason, failedAt } of letters) {
    const key = `${kind} ${reason}`;
    const { count, oldest } = groups.get(key) ?? { count: 0, oldest: failedAt };
    const older = failedAt < oldest ? failedAt : oldest;
    groups.set(key, { kind, reason, count: count + 1, oldest: older });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.kind.localeCompare(b.kind));
}

/** What became of the jobs in the queue. */
export interface HandedOver {
  readonly handedOver: number;
  /** Left: of other kinds, no job, or failed since the command began. */
  readonly left: number;
  /** Why it was stopped, where it was: the queue still has what was not handed over. */
  readonly stoppedBy: unknown;
}

export interface AgainOptions {
  queue: Pick<DeadLetters, 'take' | 'giveBack' | 'remove'>;
  hand: (job: MailJob) => Promise<void>;
  /** Only those. */
  kind?: string | undefined;
  now: () => Date;
}

/**
 * Hands jobs over once more, each taken out of the queue only after that: interrupted anywhere it loses none, and one
 * that is handed over twice is done once. It stops at the first that is not taken.
 */
export async function handOverAgain({ queue, hand, kind, now }: AgainOptions): Promise<HandedOver> {
  const startedAt = now();
  const left: DeadLetter[] = [];
  let handedOver = 0;
  let stoppedBy: unknown;
  try {
    while (stoppedBy === undefined) {
      const some = await queue.take();
      if (some.length === 0) break;
      for (const letter of some) {
        const { job, failedAt } = letter;
        const isWanted = job !== null && failedAt <= startedAt && (kind === undefined || job.kind === kind);
        if (!isWanted || stoppedBy !== undefined) {
          left.push(letter);
          continue;
        }
        try {
          await hand(job);
          handedOver += 1;
          await queue.remove(letter);
        } catch (error) {
          stoppedBy = error ?? new Error('not taken');
          left.push(letter);
        }
      }
    }
  } finally {
    await queue.giveBack(left);
  }
  return { handedOver, left: left.length, stoppedBy };
}
