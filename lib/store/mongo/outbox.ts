import { ObjectId } from 'mongodb';
import type { OutboxRecords } from '../contract.ts';
import type { MailRecord } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';

interface MailDocument extends MailRecord {
  _id: ObjectId;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

const newestFirst = { sentAt: -1, _id: -1 } as const;

/** The mails of `dev` and `test`. */
export function createOutboxRecords(mongo: Mongo): OutboxRecords {
  const run = runOn<MailDocument>(mongo, collections.outbox);

  return {
    add: async (mail, expiresAt) => {
      const _id = new ObjectId();
      await run((outbox, limit) =>
        outbox.replaceOne({ _id }, { ...mail, expiresAt }, { ...limit, upsert: true }),
      );
    },
    list: async (most, filter = {}) => {
      const found = await run((outbox, limit) =>
        outbox.find(filter, limit).sort(newestFirst).limit(most).toArray(),
      );
      return found.map(({ _id, expiresAt: _expiresAt, ...mail }) => mail);
    },
    eraseAbout: async (userId) => {
      await run((outbox, limit) => outbox.deleteMany({ userId }, limit));
    },
    eraseTo: async (toKey) => {
      await run((outbox, limit) => outbox.deleteMany({ toKey }, limit));
    },
  };
}
