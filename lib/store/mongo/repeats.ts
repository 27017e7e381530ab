import type { RepeatRecords } from '../contract.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { duplicateKey } from './errors.ts';

interface RepeatDocument {
  _id: string;
  subject: string;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

/** Marks of what was done a moment ago. */
export function createRepeatRecords(mongo: Mongo): RepeatRecords {
  const run = runOn<RepeatDocument>(mongo, collections.repeats);

  async function put(_id: string, subject: string, expiresAt: Date, unless = {}): Promise<void> {
    await run((repeats, limit) =>
      repeats.updateOne({ _id, ...unless }, { $set: { subject, expiresAt } }, { ...limit, upsert: true }),
    );
  }

  return {
    put,
    begin: async (id, subject, expiresAt, now) => {
      try {
        // Also its own, which a first try may have left whose answer was lost.
        await put(id, subject, expiresAt, { $or: [{ expiresAt: { $lte: now } }, { subject }] });
        return true;
      } catch (error) {
        if (!duplicateKey(error)) throw error;
        return false;
      }
    },
    find: async (id, now) => {
      const live = { _id: id, expiresAt: { $gt: now } };
      return (await run((repeats, limit) => repeats.findOne(live, limit)))?.subject ?? null;
    },
    erase: async (subject) => {
      await run((repeats, limit) => repeats.deleteMany({ subject }, limit));
    },
  };
}
