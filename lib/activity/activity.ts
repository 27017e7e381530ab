import { ObjectId } from 'mongodb';
import type { Config } from '../config.ts';
import { errorFields, type Log } from '../log.ts';
import type { Mongo } from '../mongo/client.ts';
import { invalidRequest } from '../problem.ts';
import { currentRequest } from '../request-context.ts';
import type { Caller } from './caller.ts';
import type { ActivityEvent, EventType } from './events.ts';

interface EventDocument {
  _id: ObjectId;
  userId: string;
  type: EventType;
  at: Date;
  ip: string | null;
  userAgent: string | null;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
}

export const eventsCollection = 'events';

/** What users did and what was tried on their accounts: kept for `ACTIVITY_DAYS`, and one log line each. */
export interface Activity {
  /**
   * Writes an event down, in one command. A failure to do so is logged and changes nothing else: what happened has
   * happened.
   *
   * @param userId null for an account that does not exist: only logged, at the same cost (OWASP ASVS 6.3.8).
   */
  record(type: EventType, userId: string | null, caller: Caller): Promise<void>;
  /**
   * A user's events, newest first.
   *
   * @param before `next` of the page before.
   * @param limit events on a page.
   * @throws {Problem} 422 `invalid_request` where `before` is no such value.
   */
  list(userId: string, page: { before?: string | undefined; limit: number }): Promise<ActivityPage>;
  /** All events of a user, newest first. */
  all(userId: string): Promise<ActivityEvent[]>;
  erase(userId: string): Promise<void>;
}

export interface ActivityPage {
  events: ActivityEvent[];
  /** `before` of the next page; null on the last. */
  next: string | null;
}

export interface ActivityOptions {
  config: Pick<Config, 'activityDays'>;
  mongo: Mongo;
  log: Log;
  now: () => Date;
}

const dayMs = 24 * 60 * 60 * 1000;

export function createActivity({ config, mongo, log, now }: ActivityOptions): Activity {
  async function store(type: EventType, userId: string | null, caller: Caller): Promise<void> {
    const at = now();
    const expiresAt = new Date(at.getTime() + config.activityDays * dayMs);
    const _id = new ObjectId();
    await mongo.run(async (db, limit) => {
      const events = db.collection<EventDocument>(eventsCollection);
      // Nobody's event: a command all the same, so that its time does not tell that there is no such account.
      if (userId === null) await events.deleteOne({ _id }, limit);
      // A repeat after a lost answer writes the same event.
      else
        await events.replaceOne(
          { _id },
          { userId, type, at, ...caller, expiresAt },
          { ...limit, upsert: true },
        );
    });
  }

  async function find(filter: object, count?: number): Promise<ActivityEvent[]> {
    const found = await mongo.run((db, limit) => {
      const cursor = db.collection<EventDocument>(eventsCollection).find(filter, limit);
      const sorted = cursor.sort({ at: -1, _id: -1 });
      return (count === undefined ? sorted : sorted.limit(count)).toArray();
    });
    return found.map(toEvent);
  }

  return {
    record: async (type, userId, caller) => {
      const requestId = currentRequest()?.requestId;
      log.info('activity', { requestId, type, userId, ...caller });
      try {
        await store(type, userId, caller);
      } catch (error) {
        log.error('activity not stored', { requestId, type, ...errorFields(error) });
      }
    },
    list: async (userId, { before, limit: count }) => {
      const found = await find({ userId, ...(before === undefined ? {} : earlierThan(before)) }, count + 1);
      const events = found.slice(0, count);
      const last = events.at(-1);
      return { events, next: found.length > count && last ? cursorAt(last) : null };
    },
    all: (userId) => find({ userId }),
    erase: async (userId) => {
      await mongo.run((db, limit) =>
        db.collection<EventDocument>(eventsCollection).deleteMany({ userId }, limit),
      );
    },
  };
}

/** Where a page ends, as the next one's `before`: time and id, since several events may share a millisecond. */
function cursorAt({ at, id }: ActivityEvent): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

function earlierThan(cursor: string): object {
  const [, time, id] = /^(\d{1,15})\.([0-9a-f]{24})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined)
    throw invalidRequest([{ path: 'before', message: 'must be `next` of another page' }]);
  const at = new Date(Number(time));
  // With a bound on `at` the index leads to the page; the pages before it are not read again.
  return { at: { $lte: at }, $nor: [{ at, _id: { $gte: new ObjectId(id) } }] };
}

function toEvent({ _id, type, at, ip, userAgent }: EventDocument): ActivityEvent {
  return { id: _id.toHexString(), type, at, ip, userAgent };
}
