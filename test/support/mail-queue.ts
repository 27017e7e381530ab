import type { MailJob } from '../../lib/mail/job.ts';
import { testContext } from './events.ts';
import type { Instance } from './instance.ts';

/** Holds mail jobs back until the test has them done: as late, as often and in such an order as it wants. */
export interface MailQueue {
  /** For an instance's `handMail`. */
  handMail(job: MailJob): Promise<void>;
  /** Takes the jobs out that wait, of one kind or of all. */
  take(kind?: MailJob['kind']): MailJob[];
  /** Has the function `mail` do jobs, one after the other; without any, all that wait. */
  deliver(instance: Instance, jobs?: readonly MailJob[]): Promise<void>;
}

export function mailQueue(): MailQueue {
  let waiting: MailJob[] = [];

  function take(kind?: MailJob['kind']): MailJob[] {
    const taken = waiting.filter((job) => kind === undefined || job.kind === kind);
    waiting = waiting.filter((job) => !taken.includes(job));
    return taken;
  }

  return {
    handMail: async (job) => void waiting.push(job),
    take,
    deliver: async (instance, jobs = take()) => {
      // A queue carries JSON.
      for (const job of jobs) await instance.handlers.mail(JSON.parse(JSON.stringify(job)), testContext());
    },
  };
}
