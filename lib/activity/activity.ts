import { type Collection, ObjectId } from 'mongodb';
import type { Caller } from '../base/caller.ts';
import type { Config } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { currentRequest } from '../base/request.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { duplicateKey } from '../store/mongo/errors.ts';
import type { Users } from '../users/repository.ts';
import type { ActivityEvent, EventType } from './events.ts';
import { excessOf } from './excess.ts';

interface EventDocument {
  _id: ObjectId;
  /** With all that follows but `expiresAt` it is missing where an event was taken out and may arrive once more. */
  userId: string;
  type: EventType;
  at: Date;
  ip: string | null;
  userAgent: string | null;
  /** The TTL index sweeps by it. */
  expiresAt: Date;
  /** It took two tries to write it. */
  mayArriveAgain?: true;
}

export const eventsCollection = 'events';

/**
 * What users did and what was tried on their accounts: kept for `ACTIVITY_DAYS`, some 2,000 of one user, and one log
 * line each.
 */
export interface Activity {
  /**
   * Writes an event down, and takes it out again where its user has been deleted meanwhile: two commands. A failure
   * is logged and changes nothing else: what happened has happened.
   *
   * @param userId null for an account that does not exist: only logged, at the same cost (OWASP ASVS 6.3.8).
   */
  record(type: EventType, userId: string | null, caller: Caller): Promise<void>;
  /**
   * A user's events, newest first.
   *
   * @param before `next` of the page before.
   * @param limit events on a page.
   */
  list(userId: string, page: { before?: string | undefined; limit: number }): Promise<ActivityPage>;
  /** The events that are kept of a user, newest first, and no more than twice as many. */
  export(userId: string): Promise<ActivityEvent[]>;
  erase(userId: string): Promise<void>;
}

export interface ActivityPage {
  events: ActivityEvent[];
  /** `before` of the next page; null on the last. */
  next: string | null;
}

/** How much is kept of one user. */
export interface ActivityBounds {
  /** Events. Beyond it the oldest go of the kind of which there are most: who floods one does not hide another. */
  most: number;
  /** Whether to look for more than those, asked after each event that a user causes. */
  prunesNow: () => boolean;
}

/** Looks at up to 2,500 short entries, one time in twenty. */
const usualBounds: ActivityBounds = { most: 2000, prunesNow: () => Math.random() < 1 / 20 };

/** Events that are taken away at once, at most. */
const prunedAtOnce = 500;
/** Events that one command reads, at most. */
const readAtOnce = 1000;

export interface ActivityOptions {
  config: Pick<Config, 'activityDays'>;
  users: Pick<Users, 'exists'>;
  mongo: Mongo;
  bounds?: ActivityBounds;
  log: Log;
  now: () => Date;
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

export function createActivity(options: ActivityOptions): Activity {
  const { config, users, mongo, log, now, bounds = usualBounds } = options;
  const run = <T>(operation: (events: Collection<EventDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<EventDocument>(eventsCollection), limit));

  async function store(type: EventType, userId: string | null, caller: Caller): Promise<void> {
    const _id = new ObjectId();
    if (userId === null) {
      // Nobody's event: the same commands, so that their time does not tell that there is no such account.
      await run((events, limit) => events.deleteOne({ _id }, limit));
      await users.exists(_id.toHexString());
      return;
    }
    const at = now();
    const expiresAt = new Date(at.getTime() + config.activityDays * dayMs);
    await insert({ _id, userId, type, at, ...caller, expiresAt });
    // Whoever deletes the user erases what stands there then, and may have done so before this was written.
    if (!(await users.exists(userId))) await erase(userId);
  }

  async function insert(event: EventDocument): Promise<void> {
    let tries = 0;
    await run(async (events, limit) => {
      tries += 1;
      try {
        await events.insertOne(tries === 1 ? event : { ...event, mayArriveAgain: true }, limit);
      } catch (error) {
        // A repeat after a lost answer finds the event there.
        if (!duplicateKey(error)) throw error;
      }
    });
  }

  async function erase(userId: string): Promise<void> {
    await run((events, limit) => events.deleteMany({ userId, mayArriveAgain: { $exists: false } }, limit));
    // The first of two tries may still be under way: it must find its id taken.
    const emptied = {
      $unset: { userId: '', type: '', at: '', ip: '', userAgent: '' },
      $set: { expiresAt: new Date(now().getTime() + hourMs) },
    } as const;
    await run((events, limit) => events.updateMany({ userId }, emptied, limit));
  }

  async function prune(userId: string): Promise<void> {
    const found = await run((events, limit) =>
      events
        .find({ userId }, { ...limit, projection: { type: 1 } })
        .sort(newestFirst)
        .limit(bounds.most + prunedAtOnce)
        .toArray(),
    );
    const excess = excessOf(found, bounds.most).map(({ _id }) => _id);
    if (excess.length > 0) await run((events, limit) => events.deleteMany({ _id: { $in: excess } }, limit));
  }

  async function find(filter: object, count: number): Promise<ActivityEvent[]> {
    const found = await run((events, limit) =>
      events.find(filter, limit).sort(newestFirst).limit(count).toArray(),
    );
    return found.map(toEvent);
  }

  /** What happened has happened: that it cannot be noted is logged, and is no reason to fail. */
  async function logged(message: string, type: EventType, work: () => Promise<void>): Promise<void> {
    const requestId = currentRequest()?.requestId;
    await work().catch((error) => log.error(message, { requestId, type, ...errorFields(error) }));
  }

  async function list(
    userId: string,
    { before, limit: count }: { before?: string | undefined; limit: number },
  ) {
    const found = await find({ userId, ...(before === undefined ? {} : earlierThan(before)) }, count + 1);
    const events = found.slice(0, count);
    const last = events.at(-1);
    return { events, next: found.length > count && last ? cursorAt(last) : null };
  }

  return {
    record: async (type, userId, caller) => {
      log.info('activity', { requestId: currentRequest()?.requestId, type, userId, ...caller });
      await logged('activity not stored', type, () => store(type, userId, caller));
      // A failed sign-in takes the same commands for nobody's account.
      if (userId === null || type === 'sign_in_failed' || !bounds.prunesNow()) return;
      await logged('activity not pruned', type, () => prune(userId));
    },
    list,
    export: async (userId) => {
      const all: ActivityEvent[] = [];
      let before: string | null | undefined;
      while (before !== null && all.length < 2 * bounds.most) {
        const page = await list(userId, { before, limit: readAtOnce });
        all.push(...page.events);
        before = page.next;
      }
      return all;
    },
    erase,
  };
}

const newestFirst = { at: -1, _id: -1 } as const;

/** Where a page ends, as the next one's `before`: time and id, since several events may share a millisecond. */
function cursorAt({ at, id }: ActivityEvent): string {
  return `${at.getTime()}.${id}`;
}

function earlierThan(cursor: string): object {
  const [time, id] = cursor.split('.');
  const at = new Date(Number(time));
  // With a bound on `at` the index leads to the page; the pages before it are not read again.
  return { at: { $lte: at }, $nor: [{ at, _id: { $gte: new ObjectId(id) } }] };
}

function toEvent({ _id, type, at, ip, userAgent }: EventDocument): ActivityEvent {
  return { id: _id.toHexString(), type, at, ip, userAgent };
}
