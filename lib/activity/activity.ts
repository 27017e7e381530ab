import type { Caller } from '../base/caller.ts';
import type { Config } from '../base/config.ts';
import { errorFields, type Log } from '../base/log.ts';
import { tally } from '../base/metrics.ts';
import { currentRequest } from '../base/request.ts';
import type { Tally } from '../base/tallies.ts';
import type { EventRecords } from '../store/contract.ts';
import type { EventQuery, EventRecord } from '../store/records.ts';
import type { Users } from '../users/repository.ts';
import { type ActivityPage, pageOf, type WhichPage } from './activity-page.ts';
import { type ActivityEvent, theOperator, type UserEvent } from './event.ts';
import type { EventQueue } from './event-queue.ts';
import { excessOf } from './excess.ts';

/**
 * What users did and what was tried on their accounts: kept for `ACTIVITY_DAYS`, some 2,000 of one user, and one log
 * line each. `Kind` names what kinds of events somebody writes.
 */
export interface Activity<in Kind extends string = never> {
  /**
   * Writes an event down, and takes it out again where its user has been deleted meanwhile: two commands. A failure
   * is logged and changes nothing else: what happened has happened.
   *
   * @param userId null for an account that does not exist: only logged, at the same cost (OWASP ASVS 6.3.8).
   */
  record(type: Kind, userId: string | null, caller: Caller): Promise<void>;
  /** Logs an event that is not kept, since its user is gone, and has other systems told of it. */
  announce(type: Kind, userId: string, caller: Caller): Promise<void>;
  /**
   * Writes down what an administrator did to a user, for both: the user is not told from where. Of a user who is gone it
   * stays with the administrator alone, and names nobody.
   *
   * @param by the administrator, and from where; undefined for a command.
   */
  recordAct(type: Kind, userId: string, by?: { userId: string; caller: Caller }): Promise<void>;
  /**
   * A user's events, newest first.
   *
   * @param before `next` of the page before.
   * @param limit events on a page.
   */
  list(userId: string, page: WhichPage): Promise<ActivityPage>;
  /** The same of all users, or of some events of one, with whose they are. */
  search(of: EventQuery, page: WhichPage): Promise<ActivityPage<UserEvent>>;
  /** The events that are kept of a user, newest first, and no more than twice as many. */
  export(userId: string): Promise<ActivityEvent[]>;
  erase(userId: string): Promise<void>;
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
  store: { events: EventRecords };
  bounds?: ActivityBounds;
  /** Where events go on to other systems; undefined where none is told. */
  eventQueue?: EventQueue | undefined;
  log: Log;
  now: () => Date;
}

/** Of what an administrator did: a user is not told from where. */
const nowhere = { ip: null, userAgent: null };
type Who = Pick<EventRecord, 'by' | 'about'>;

/** Events that metrics count; the others are in the log. */
const countedAs = new Map<string, Tally>([
  ['sign_up', 'signUps'],
  ['sign_in', 'signIns'],
  ['sign_in_failed', 'signInFailures'],
]);

const dayMs = 24 * 60 * 60 * 1000;
/** How long there is something in the place of an event of nobody's. */
const nobodysMs = 60 * 60 * 1000;

export function createActivity(options: ActivityOptions): Activity<string> {
  const { config, users, log, now, eventQueue, bounds = usualBounds } = options;
  const { events } = options.store;

  async function store(event: ActivityEvent, userId: string | null): Promise<void> {
    if (userId === null) {
      // Nobody's event: the same commands, so that their time does not tell that there is no such account.
      await events.insertNothing(event.id, new Date(event.at.getTime() + nobodysMs));
      await users.exists(event.id);
      return;
    }
    const expiresAt = new Date(event.at.getTime() + config.activityDays * dayMs);
    await events.insert({ ...event, userId }, expiresAt);
    // Whoever deletes the user erases what stands there then, and may have done so before this was written.
    if (!(await users.exists(userId))) await erase(userId);
  }

  /** One line in the log, by which what other systems were not told can be told to them. */
  function happened(type: string, userId: string | null, caller: Caller, who: Who = {}): ActivityEvent {
    const event = { id: events.newId(), type, at: now(), ...caller, ...who };
    const counted = countedAs.get(type);
    if (counted) tally(counted);
    const { requestId } = currentRequest() ?? {};
    log.info('activity', { requestId, eventId: event.id, type, userId, ...caller, ...who });
    return event;
  }

  async function tell(event: ActivityEvent, userId: string | null): Promise<void> {
    await eventQueue?.tell({ ...event, at: event.at.toISOString(), userId });
  }

  async function write(event: ActivityEvent, userId: string | null): Promise<void> {
    await logged('activity not stored', event.type, () => store(event, userId));
    await tell(event, userId);
  }

  const erase = (userId: string) => events.erase(userId, now());

  async function prune(userId: string): Promise<void> {
    const found = await events.kindsOf(userId, bounds.most + prunedAtOnce);
    const excess = excessOf(found, bounds.most).map(({ id }) => id);
    if (excess.length > 0) await events.remove(excess);
  }

  /** What happened has happened: that it cannot be noted is logged, and is no reason to fail. */
  async function logged(message: string, type: string, work: () => Promise<void>): Promise<void> {
    const requestId = currentRequest()?.requestId;
    await work().catch((error) => log.error(message, { requestId, type, ...errorFields(error) }));
  }

  async function list(userId: string, page: WhichPage): Promise<ActivityPage> {
    const { events: found, next } = await pageOf(events, { userId }, page);
    return { events: found.map(toEvent), next };
  }

  return {
    record: async (type, userId, caller) => {
      await write(happened(type, userId, caller), userId);
      // A failed sign-in takes the same commands for nobody's account.
      if (userId === null || type === 'sign_in_failed' || !bounds.prunesNow()) return;
      await logged('activity not pruned', type, () => prune(userId));
    },
    announce: async (type, userId, caller) => tell(happened(type, userId, caller), userId),
    recordAct: async (type, userId, admin) => {
      const by = admin?.userId ?? theOperator;
      await write(happened(type, userId, nowhere, { by }), userId);
      if (admin) await write(happened(type, admin.userId, admin.caller, { by, about: userId }), admin.userId);
    },
    list,
    search: (of, page) => pageOf(events, of, page),
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

function toEvent({ userId: _whose, ...event }: EventRecord): ActivityEvent {
  return event;
}
