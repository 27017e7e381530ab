import type { MailJobRecords } from '../contract.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';

/** Which mail jobs were tried and done; nothing in it is about a user. */
export function createMailJobRecords(mongo: Mongo): MailJobRecords {
  const run = runOn<{ _id: string }>(mongo, collections.mailJobs);

  return {
    has: async (id) => (await run((jobs, limit) => jobs.findOne({ _id: id }, limit))) !== null,
    note: async (id, expiresAt) => {
      const { upsertedCount } = await run((jobs, limit) =>
        jobs.updateOne({ _id: id }, { $set: { expiresAt } }, { ...limit, upsert: true }),
      );
      return upsertedCount === 1;
    },
  };
}
