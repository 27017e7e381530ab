import type { Document } from 'mongodb';
import type { Config } from '../../base/config.ts';
import type { SessionRecords } from '../contract.ts';
import type { FieldsChange, SessionAndUser } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { type SessionDocument, toSessionDocument, toSessionRecord } from './session-document.ts';
import { dataOf, fieldsOf } from './session-fields.ts';
import { toUserProfile, type UserDocument } from './user-document.ts';

export interface SessionRecordsOptions {
  config: Pick<Config, 'sessionCollection'>;
  mongo: Mongo;
}

/** A sign-in that waits for its second factor is none of its user's sessions. */
const isSignedIn = { waits: { $exists: false } } as const;

const newestFirst = { lastSeenAt: -1 } as const;

/** Sessions as MongoDB keeps them. */
export function createSessionRecords({
  config: { sessionCollection },
  mongo,
}: SessionRecordsOptions): SessionRecords {
  const run = runOn<SessionDocument>(mongo, sessionCollection);

  /** The command itself: a cursor takes the driver a quarter longer, and this is what every request does. */
  async function find(id: string): Promise<SessionAndUser | null> {
    const pipeline = [{ $match: { _id: id } }, withUser];
    const found = await mongo.run(async (db, { maxTimeMS }) => {
      const command = { aggregate: sessionCollection, pipeline, cursor: {}, maxTimeMS };
      const { cursor } = await db.command(command);
      return cursor.firstBatch[0] as Joined | undefined;
    });
    return found ? toSessionAndUser(found) : null;
  }

  return {
    find,
    insert: (next) => {
      let earlier: string | undefined;
      return run(async (sessions, limit) => {
        // It may have arrived, with its answer lost: nobody has its id, but its user would see it among the devices.
        if (earlier !== undefined) await sessions.deleteOne({ _id: earlier }, limit);
        const session = next();
        earlier = session.id;
        await sessions.insertOne(toSessionDocument(session), limit);
        return session;
      });
    },
    change: async (id, change) => {
      const update = updateOf(change);
      const result = await run((sessions, limit) => sessions.updateOne({ _id: id }, update, limit));
      return result.matchedCount === 1;
    },
    touch: async (id, dueAt, { lastSeenAt, expires, caller }) => {
      const device = caller && { 'signedIn.ip': caller.ip, 'signedIn.userAgent': caller.userAgent };
      const update = { $set: { lastSeenAt, expires, ...device } };
      const result = await run((sessions, limit) =>
        sessions.updateOne({ _id: id, lastSeenAt: { $lte: dueAt } }, update, limit),
      );
      return result.matchedCount === 1;
    },
    end: async (id, userId) => {
      let tries = 0;
      const { deletedCount } = await run((sessions, limit) => {
        tries += 1;
        return sessions.deleteOne({ _id: id, ...(userId === undefined ? {} : { userId }) }, limit);
      });
      // A repeat after a lost answer no longer finds what the first try ended.
      return deletedCount === 1 || tries > 1;
    },
    endOf: async (userId, exceptId) => {
      const others = exceptId === undefined ? {} : { _id: { $ne: exceptId } };
      const result = await run((sessions, limit) => sessions.deleteMany({ userId, ...others }, limit));
      return result.deletedCount;
    },
    endAll: async () => (await run((sessions, limit) => sessions.deleteMany({}, limit))).deletedCount,
    endExcess: async (userId, currentId, most, now) => {
      const others = { userId, ...isSignedIn, _id: { $ne: currentId }, expires: { $gt: now } };
      const excess = await run((sessions, limit) =>
        sessions
          .find(others, { ...limit, projection: { _id: 1 } })
          .sort(newestFirst)
          .skip(most - 1)
          .toArray(),
      );
      if (excess.length === 0) return;
      const ids = excess.map(({ _id }) => _id);
      await run((sessions, limit) => sessions.deleteMany({ _id: { $in: ids } }, limit));
    },
    listOf: async (userId, most, which) => {
      const found = await run((sessions, limit) =>
        sessions
          .find({ userId, ...(which === 'waiting' ? { waits: true } : isSignedIn) }, limit)
          .sort(newestFirst)
          .limit(most)
          .toArray(),
      );
      return found.map(toSessionRecord);
    },
    listByProviderSession: async (providerSession, most) => {
      const found = await run((sessions, limit) =>
        sessions.find({ providerSession }, limit).limit(most).toArray(),
      );
      return found.map(toSessionRecord);
    },
    listAll: async (now) => {
      const live = { expires: { $gt: now } };
      const found = await run((sessions, limit) => sessions.find(live, limit).toArray());
      return found.map(toSessionRecord);
    },
    fieldsOf,
    dataOf,
  };
}

type Joined = SessionDocument & { users: UserDocument[] };

const withUser = {
  $lookup: { from: collections.users, localField: 'userId', foreignField: '_id', as: 'users' },
};

/** A session whose user is gone, or not there yet, is none. */
function toSessionAndUser(found: Joined): SessionAndUser | null {
  const session = toSessionRecord(found);
  const [user] = found.users;
  if (session.waiting) return user && !user.seatExpiresAt ? { session, user: null } : null;
  if (!session.signedIn) return { session, user: null };
  return user && !user.seatExpiresAt ? { session, user: toUserProfile(user) } : null;
}

/** Of the driver's types an update of a session's own data is none: its fields have any name. */
function updateOf({ set, unset }: FieldsChange): Document {
  const named = (name: string) => `session.${name}`;
  return {
    ...(set.size > 0 && { $set: Object.fromEntries([...set].map(([name, value]) => [named(name), value])) }),
    ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((name) => [named(name), ''])) }),
  };
}
