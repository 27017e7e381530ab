import { ObjectId } from 'mongodb';
import type { EventRecords } from '../contract.ts';
import type { EventQuery, EventRecord } from '../records.ts';
import type { Mongo } from './client.ts';
import { collections, runOn } from './collections.ts';
import { duplicateKey } from './errors.ts';

interface EventDocument extends Omit<EventRecord, 'id'> {
  /** All that follows but `expiresAt` is missing where an event was taken out and may arrive once more. */
  _id: ObjectId;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
  /** It took two tries to write it. */
  mayArriveAgain?: true;
}

const hourMs = 60 * 60 * 1000;
const newestFirst = { at: -1, _id: -1 } as const;

/** What happened on accounts. */
export function createEventRecords(mongo: Mongo): EventRecords {
  const run = runOn<EventDocument>(mongo, collections.events);

  return {
    newId: () => new ObjectId().toHexString(),
    insert: async ({ id, ...event }, expiresAt) => {
      const document = { _id: new ObjectId(id), ...event, expiresAt };
      let tries = 0;
      await run((events, limit) => {
        tries += 1;
        const written = tries === 1 ? document : { ...document, mayArriveAgain: true as const };
        return events.insertOne(written, limit).catch(unlessThere);
      });
    },
    insertNothing: async (id, expiresAt) => {
      const document = { _id: new ObjectId(id), expiresAt } as EventDocument;
      await run((events, limit) => events.insertOne(document, limit).catch(unlessThere));
    },
    list: async (of, most, before) => {
      const filter = { ...allOf(of), ...(before && earlierThan(before)) };
      const found = await run((events, limit) =>
        events.find(filter, limit).sort(newestFirst).limit(most).toArray(),
      );
      return found.map(toRecord);
    },
    kindsOf: async (userId, most) => {
      const found = await run((events, limit) =>
        events
          .find({ userId }, { ...limit, projection: { type: 1 } })
          .sort(newestFirst)
          .limit(most)
          .toArray(),
      );
      return found.map(({ _id, type }) => ({ id: _id.toHexString(), type }));
    },
    remove: async (ids) => {
      const _id = { $in: ids.map((id) => new ObjectId(id)) };
      await run((events, limit) => events.deleteMany({ _id }, limit));
    },
    erase: async (userId, now) => {
      await run((events, limit) => events.deleteMany({ userId, mayArriveAgain: { $exists: false } }, limit));
      // The first of two tries may still be under way: it must find its id taken.
      const emptied = {
        $unset: { userId: '', type: '', at: '', ip: '', userAgent: '', by: '', about: '' },
        $set: { expiresAt: new Date(now.getTime() + hourMs) },
      } as const;
      await run((events, limit) => events.updateMany({ userId }, emptied, limit));
    },
  };
}

/** A repeat after a lost answer finds the event there. */
function unlessThere(error: unknown): void {
  if (!duplicateKey(error)) throw error;
}

/** With a bound on `at` the index leads to the page; the pages before it are not read again. */
function earlierThan({ at, id }: { at: Date; id: string }) {
  return { at: { $lte: at }, $nor: [{ at, _id: { $gte: new ObjectId(id) } }] };
}

/** Without what was taken out and may arrive once more. */
function allOf({ userId, type }: EventQuery) {
  if (userId === undefined && type === undefined) return { at: { $exists: true } };
  return { ...(userId !== undefined && { userId }), ...(type !== undefined && { type }) };
}

function toRecord({ _id, userId, type, at, ip, userAgent, by, about }: EventDocument): EventRecord {
  const who = { ...(by !== undefined && { by }), ...(about !== undefined && { about }) };
  return { id: _id.toHexString(), userId, type, at, ip, userAgent, ...who };
}
