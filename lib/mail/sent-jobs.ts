import type { Mongo } from '../mongo/client.ts';

/** Which jobs are done, for as long as Lambda may repeat one; nothing in it is about a user. */
export interface SentJobs {
  has(jobId: string): Promise<boolean>;
  add(jobId: string): Promise<void>;
}

export const sentJobsCollection = 'mail_jobs';

/** Lambda keeps an asynchronous event for six hours at most. */
const keptMs = 24 * 60 * 60 * 1000;

export function createSentJobs({ mongo, now }: { mongo: Mongo; now: () => Date }): SentJobs {
  return {
    has: async (jobId) => {
      const found = await mongo.run((db, limit) =>
        db.collection<{ _id: string }>(sentJobsCollection).findOne({ _id: jobId }, limit),
      );
      return found !== null;
    },
    add: async (jobId) => {
      const expiresAt = new Date(now().getTime() + keptMs);
      await mongo.run((db, limit) =>
        db
          .collection<{ _id: string }>(sentJobsCollection)
          .updateOne({ _id: jobId }, { $set: { expiresAt } }, { ...limit, upsert: true }),
      );
    },
  };
}
