import type { Mongo } from '../store/mongo/client.ts';

/** Which jobs are done, for as long as Lambda may repeat one; nothing in it is about a user. */
export interface SentJobs {
  has(jobId: string): Promise<boolean>;
  add(jobId: string): Promise<void>;
  /** True the first time that it is asked about a job. */
  isFirstTry(jobId: string): Promise<boolean>;
}

export const sentJobsCollection = 'mail_jobs';

/** Lambda keeps an asynchronous event for six hours at most. */
const keptMs = 24 * 60 * 60 * 1000;

export function createSentJobs({ mongo, now }: { mongo: Mongo; now: () => Date }): SentJobs {
  /** @returns false where it was noted before. */
  async function note(_id: string): Promise<boolean> {
    const expiresAt = new Date(now().getTime() + keptMs);
    const { upsertedCount } = await mongo.run((db, limit) =>
      db
        .collection<{ _id: string }>(sentJobsCollection)
        .updateOne({ _id }, { $set: { expiresAt } }, { ...limit, upsert: true }),
    );
    return upsertedCount === 1;
  }

  return {
    has: async (jobId) => {
      const found = await mongo.run((db, limit) =>
        db.collection<{ _id: string }>(sentJobsCollection).findOne({ _id: jobId }, limit),
      );
      return found !== null;
    },
    add: async (jobId) => void (await note(jobId)),
    isFirstTry: (jobId) => note(`try:${jobId}`),
  };
}
