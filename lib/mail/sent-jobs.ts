import type { MailJobRecords } from '../store/contract.ts';

/** Which jobs are done, for as long as Lambda may repeat one; nothing in it is about a user. */
export interface SentJobs {
  has(jobId: string): Promise<boolean>;
  add(jobId: string): Promise<void>;
  /** True the first time that it is asked about a job. */
  isFirstTry(jobId: string): Promise<boolean>;
}

/** Lambda keeps an asynchronous event for six hours at most. */
const keptMs = 24 * 60 * 60 * 1000;

export interface SentJobsOptions {
  store: { mailJobs: MailJobRecords };
  now: () => Date;
}

export function createSentJobs({ store: { mailJobs }, now }: SentJobsOptions): SentJobs {
  const note = (id: string) => mailJobs.note(id, new Date(now().getTime() + keptMs));

  return {
    has: mailJobs.has,
    add: async (jobId) => void (await note(jobId)),
    isFirstTry: (jobId) => note(`try:${jobId}`),
  };
}
