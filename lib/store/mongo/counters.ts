import type { Document, FindOneAndUpdateOptions } from 'mongodb';
import RateLimiterMongo from 'rate-limiter-flexible/lib/RateLimiterMongo.js';
import type { CounterRecords } from '../contract.ts';
import type { Count } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, type RunOn, runOn } from './collections.ts';

interface CounterDocument {
  _id: string;
  points: number;
  expire: Date;
}

/** The shared counters in MongoDB, kept by rate-limiter-flexible. */
export function createCounterRecords(mongo: Mongo): CounterRecords {
  const run = runOn<CounterDocument>(mongo, collections.counters);
  const storeClient = { db: () => ({ collection: () => limiterCollection(mongo) }) };
  /** By the length of their window, in seconds: that is all in which they differ here. */
  const limiters = new Map<number, RateLimiterMongo>();

  function limiterOf(windowSeconds: number): RateLimiterMongo {
    const known = limiters.get(windowSeconds);
    if (known) return known;
    // Whoever counts judges by the count; the limiter's own limit is never reached.
    const points = Number.MAX_SAFE_INTEGER;
    const options = {
      storeClient,
      points,
      duration: windowSeconds,
      keyPrefix: '',
      disableIndexesCreation: true,
    };
    const limiter = new RateLimiterMongo(options);
    limiters.set(windowSeconds, limiter);
    return limiter;
  }

  return {
    add: async (id, windowSeconds) => {
      const { consumedPoints, msBeforeNext } = await limiterOf(windowSeconds).penalty(id);
      return { count: consumedPoints, secondsLeft: Math.ceil(msBeforeNext / 1000) };
    },
    read: async (ids) => {
      const found = await run((counters, limit) =>
        counters.find({ _id: { $in: [...ids] } }, limit).toArray(),
      );
      const byId = new Map(found.map((counter) => [counter._id, toCount(counter)]));
      return ids.map((id) => byId.get(id) ?? nothing);
    },
    remove: async (ids, unlessReached) => {
      const stays = unlessReached && {
        $nor: [{ _id: unlessReached.id, points: { $gte: unlessReached.limit } }],
      };
      await run((counters, limit) => counters.deleteMany({ _id: { $in: [...ids] }, ...stays }, limit));
    },
    removeFamily: async (id) => {
      // `;` is the character after `:`. No other id begins with this one: they end in hashes of one length.
      const family = { _id: { $gte: id, $lt: `${id};` } };
      await run((counters, limit) => counters.deleteMany(family, limit));
    },
  };
}

const nothing: Count = { count: 0, secondsLeft: 0 };

/** A counter whose window has ended counts nothing, whatever the TTL index has swept. */
function toCount({ points, expire }: CounterDocument): Count {
  const msLeft = expire.getTime() - Date.now();
  return msLeft > 0 ? { count: points, secondsLeft: Math.ceil(msLeft / 1000) } : nothing;
}

/**
 * What the limiter takes for its collection: the client of the moment, within the request's time.
 *
 * The counter's key is the document's `_id` and not a field beside it, so that it is unique without an index of
 * its own. A command that is repeated after a lost connection may count twice, which errs on the safe side.
 */
function limiterCollection(mongo: Mongo) {
  const run: RunOn<Document> = runOn(mongo, collections.counters);
  return {
    findOneAndUpdate: (filter: Document, update: Document, options: FindOneAndUpdateOptions) =>
      run((counters, limit) =>
        counters.findOneAndUpdate(keyAsId(filter), withoutKeys(update), { ...options, ...limit }),
      ),
  };
}

function keyAsId({ key, ...rest }: Document): Document {
  return { _id: key, ...rest };
}

function withoutKeys(update: Document): Document {
  return Object.fromEntries(
    Object.entries(update).map(([operator, { key: _key, ...fields }]) => [operator, fields]),
  );
}
