import { knownLanguage } from '../../base/language.ts';
import type { SignUpRecords } from '../contract.ts';
import type { SignUpRecord } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';

type SignUpDocument = Omit<SignUpRecord, 'id' | 'language' | 'credentials'> & {
  _id: string;
  /** Missing in documents that are older than it. */
  language?: string | null;
  credentials?: SignUpRecord['credentials'];
  /** Of a row that was made before there were `credentials`. */
  passwordHash?: string;
};

/** Sign-ups that wait for their address to be confirmed. */
export function createSignUpRecords(mongo: Mongo): SignUpRecords {
  const run = runOn<SignUpDocument>(mongo, collections.signUps);
  const liveAt = (at: Date) => ({ expiresAt: { $gt: at } });

  return {
    add: async ({ id, ...signUp }) => {
      await run((signUps, limit) => signUps.replaceOne({ _id: id }, signUp, { ...limit, upsert: true }));
    },
    find: async (id, now) =>
      toRecord(await run((signUps, limit) => signUps.findOne({ _id: id, ...liveAt(now) }, limit))),
    findLatest: async (emailKey, now) =>
      toRecord(
        await run((signUps, limit) =>
          signUps.findOne({ emailKey, ...liveAt(now) }, { ...limit, sort: { createdAt: -1 } }),
        ),
      ),
    renew: async (id, now, expiresAt) => {
      const { matchedCount } = await run((signUps, limit) =>
        signUps.updateOne({ _id: id, ...liveAt(now) }, { $set: { expiresAt } }, limit),
      );
      return matchedCount === 1;
    },
    remove: async (id) => {
      await run((signUps, limit) => signUps.deleteOne({ _id: id }, limit));
    },
    removeAll: async (emailKey) => {
      const projection = { _id: 1 };
      const found = await run((signUps, limit) =>
        signUps.find({ emailKey }, { ...limit, projection }).toArray(),
      );
      const ids = found.map(({ _id }) => _id);
      if (ids.length > 0) await run((signUps, limit) => signUps.deleteMany({ _id: { $in: ids } }, limit));
      return ids;
    },
  };
}

function toRecord(document: SignUpDocument | null): SignUpRecord | null {
  if (!document) return null;
  const { _id: id, email, emailKey, name, passwordHash, createdAt, expiresAt } = document;
  const { credentials = { password: passwordHash } } = document;
  const language = knownLanguage(document.language);
  return { id, email, emailKey, name, language, credentials, createdAt, expiresAt };
}
