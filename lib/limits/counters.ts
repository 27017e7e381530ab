import type { Document, FindOneAndUpdateOptions } from 'mongodb';
import RateLimiterMongo from 'rate-limiter-flexible/lib/RateLimiterMongo.js';
import type { Mongo } from '../store/mongo/client.ts';

/** So many in so long, counted from the first. */
export interface Rule {
  /** As the `RateLimit` header fields name it. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
}

/** How often something happened in the window under way, and how long that window lasts still. */
export interface Count {
  readonly count: number;
  readonly secondsLeft: number;
}

/** Counters that all instances share, by id. They use the clock of the machine, as their library does. */
export interface Counters {
  /** Counts one more, atomically; one command, two where a window has just ended. */
  add(rule: Rule, id: string): Promise<Count>;
  /** What is counted now under each id, in one command; 0 where nothing is. */
  read(ids: readonly string[]): Promise<Count[]>;
  /** Forgets counters, in one command; that of `unlessReached` only while it is under its limit. */
  remove(ids: readonly string[], unlessReached?: { id: string; limit: number }): Promise<void>;
  /** Forgets the counter `id` and every one whose id begins with it and a colon, in one command. */
  removeFamily(id: string): Promise<void>;
}

interface CounterDocument {
  _id: string;
  points: number;
  expire: Date;
}

export const limitsCollection = 'limits';

/** The shared counters in MongoDB, kept by rate-limiter-flexible. */
export function createCounters(mongo: Mongo): Counters {
  const storeClient = { db: () => ({ collection: () => limiterCollection(mongo) }) };
  const limiters = new Map<Rule, RateLimiterMongo>();

  function limiterOf(rule: Rule): RateLimiterMongo {
    const known = limiters.get(rule);
    if (known) return known;
    const { limit: points, windowSeconds: duration } = rule;
    const options = { storeClient, points, duration, keyPrefix: '', disableIndexesCreation: true };
    const limiter = new RateLimiterMongo(options);
    limiters.set(rule, limiter);
    return limiter;
  }

  return {
    add: async (rule, id) => {
      const { consumedPoints, msBeforeNext } = await limiterOf(rule).penalty(id);
      return { count: consumedPoints, secondsLeft: Math.ceil(msBeforeNext / 1000) };
    },
    read: async (ids) => {
      const found = await mongo.run((db, limit) =>
        db
          .collection<CounterDocument>(limitsCollection)
          .find({ _id: { $in: [...ids] } }, limit)
          .toArray(),
      );
      const byId = new Map(found.map((counter) => [counter._id, toCount(counter)]));
      return ids.map((id) => byId.get(id) ?? nothing);
    },
    remove: async (ids, unlessReached) => {
      const stays = unlessReached && {
        $nor: [{ _id: unlessReached.id, points: { $gte: unlessReached.limit } }],
      };
      await mongo.run((db, limit) =>
        db
          .collection<CounterDocument>(limitsCollection)
          .deleteMany({ _id: { $in: [...ids] }, ...stays }, limit),
      );
    },
    removeFamily: async (id) => {
      // `;` is the character after `:`.
      await mongo.run((db, limit) =>
        db
          .collection<CounterDocument>(limitsCollection)
          .deleteMany({ _id: { $gte: id, $lt: `${id};` } }, limit),
      );
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
  return {
    findOneAndUpdate: (filter: Document, update: Document, options: FindOneAndUpdateOptions) =>
      mongo.run((db, limit) =>
        db
          .collection<Document>(limitsCollection)
          .findOneAndUpdate(keyAsId(filter), withoutKeys(update), { ...options, ...limit }),
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
