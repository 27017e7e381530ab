import type { TokenRecords } from '../contract.ts';
import type { TokenRecord } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { duplicateKey } from './errors.ts';

interface TokenDocument extends TokenRecord {
  /** Nobody else spends it until then. */
  claimedUntil: Date;
  claimedBy: string | null;
}

const never = new Date(0);
const oldestFirst = { createdAt: 1, purpose: 1, slot: 1 } as const;

/** One-time tokens in MongoDB, by their hash and by their slot, each of which an index keeps unique. */
export function createTokenRecords(mongo: Mongo): TokenRecords {
  const run = runOn<TokenDocument>(mongo, collections.tokens);
  const liveAt = (at: Date) => ({ expiresAt: { $gt: at }, spent: { $exists: false } });

  return {
    put: async (token) => {
      const { slot } = token;
      const document = { ...token, claimedUntil: never, claimedBy: null };
      const upsert = () =>
        run((tokens, limit) => tokens.replaceOne({ slot }, document, { ...limit, upsert: true }));
      try {
        await upsert();
      } catch (error) {
        // Two first tokens at once: the one that came second replaces the other.
        if (!duplicateKey(error)) throw error;
        await upsert();
      }
    },
    refill: async (slot, { email, credentialsVersion }, tokenHash, now) => {
      const same = { 'data.email': email, 'data.credentialsVersion': credentialsVersion as number };
      const { matchedCount } = await run((tokens, limit) =>
        tokens.updateOne(
          { slot, ...same, ...liveAt(now), claimedUntil: { $lte: now } },
          { $set: { tokenHash } },
          limit,
        ),
      );
      return matchedCount === 1;
    },
    find: async (tokenHash, purposes, now) => {
      const filter = { tokenHash, purpose: { $in: [...purposes] }, expiresAt: { $gt: now } };
      return toRecordOrNull(await run((tokens, limit) => tokens.findOne(filter, limit)));
    },
    claim: async (tokenHash, purposes, { by, at, until }) => {
      const live = { tokenHash, purpose: { $in: [...purposes] }, ...liveAt(at) };
      // Its own claim is found by a repeat after a lost answer.
      const unclaimed = { $or: [{ claimedUntil: { $lte: at } }, { claimedBy: by }] };
      const update = { $set: { claimedBy: by, claimedUntil: until } };
      return toRecordOrNull(
        await run((tokens, limit) => tokens.findOneAndUpdate({ ...live, ...unclaimed }, update, limit)),
      );
    },
    spend: async (tokenHash, claimedBy, { at, network, keptUntil }) => {
      const spent = { slot: `spent:${tokenHash}`, spent: { at, network }, expiresAt: keptUntil };
      await run((tokens, limit) => tokens.updateOne({ tokenHash, claimedBy }, { $set: spent }, limit));
    },
    release: async (tokenHash, claimedBy) => {
      const free = { $set: { claimedUntil: never, claimedBy: null } };
      await run((tokens, limit) => tokens.updateOne({ tokenHash, claimedBy }, free, limit));
    },
    end: async (userId, purposes, sinceVersion) => {
      const unspent = { userId, purpose: { $in: [...purposes] }, spent: { $exists: false } };
      const since = sinceVersion === undefined ? {} : { 'data.credentialsVersion': { $gte: sinceVersion } };
      await run((tokens, limit) => tokens.deleteMany({ ...unspent, ...since }, limit));
    },
    listOf: async (userId, now) => {
      const found = await run((tokens, limit) =>
        tokens
          .find({ userId, ...liveAt(now) }, limit)
          .sort(oldestFirst)
          .toArray(),
      );
      return found.map(toRecord);
    },
    handOver: async (fromId, toId) => {
      await run((tokens, limit) => tokens.updateMany({ userId: fromId }, { $set: { userId: toId } }, limit));
    },
    erase: async (userId) => {
      await run((tokens, limit) => tokens.deleteMany({ userId }, limit));
    },
  };
}

function toRecord(document: TokenDocument): TokenRecord {
  const { tokenHash, slot, purpose, userId, data, createdAt, expiresAt, spent } = document;
  return { tokenHash, slot, purpose, userId, data, createdAt, expiresAt, ...(spent && { spent }) };
}

function toRecordOrNull(document: TokenDocument | null): TokenRecord | null {
  return document && toRecord(document);
}
