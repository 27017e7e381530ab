import type { Session, SessionData } from 'express-session';
import type { Caller } from '../../base/caller.ts';
import { notSignedIn, type Problem } from '../../base/problem.ts';
import { fieldsChange } from '../../sessions/fields-change.ts';
import { newSessionId, storageId } from '../../sessions/id.ts';
import { expiryOf, type SessionLimits, touchIntervalMs } from '../../sessions/lifetime.ts';
import { isDecided } from '../../sessions/signed-in.ts';
import type { SessionRecords } from '../../store/contract.ts';
import type { Fields } from '../../store/records.ts';
import { inTime } from './in-time.ts';
import { inLine } from './line.ts';
import { moveSession, requestOf } from './session-object.ts';
import {
  isRemembered,
  isSuccessor,
  type Memory,
  memoryOf,
  providerSessionOf,
  remember,
  waitingOf,
} from './stored-state.ts';

/** What a request writes of its session: only a new one is inserted, and one that is gone never comes back. */
export interface SessionWrites {
  /** True where the session has something that the database has not. */
  isChanged(session: Partial<SessionData>): boolean;
  /**
   * Stores a session as it is now, after what its request has asked to be stored before.
   *
   * @throws {Problem} 401 `not_signed_in` where it ended meanwhile.
   */
  write(sessionId: string, session: SessionData): Promise<void>;
  /**
   * Writes down that the session is in use, and from where, if that was not written for `SESSION_TOUCH_SECONDS`.
   *
   * @returns whether it was this call that wrote it.
   */
  touchIfDue(session: Partial<SessionData>, callerOf: () => Caller): Promise<boolean>;
}

export interface SessionWritesOptions {
  config: SessionLimits;
  records: SessionRecords;
  now: () => Date;
}

export function createSessionWrites({ config, records, now }: SessionWritesOptions): SessionWrites {
  /** Writes what differs from what the last write left. */
  async function change(session: SessionData, memory: Memory, fields: Fields): Promise<void> {
    const due = fieldsChange(memory.fields, fields);
    if (!due) return;
    if (!(await inTime(records.change(memory.id, due)))) throw sessionIsGone();
    remember(session, { ...memory, fields });
  }

  /**
   * Inserts a session. Each try has an id of its own, and the request keeps that of the one that was acknowledged: a
   * try that was given up may arrive when the session has ended, and must not bring it back.
   */
  async function insert(session: SessionData, sessionId: string, fields: Fields): Promise<void> {
    const at = now();
    const remembering = isRemembered(session) ? {} : { remember: false as const };
    const waiting = waitingOf(session);
    const lifetime = {
      ...{ createdAt: at, lastSeenAt: at },
      ...remembering,
      ...(waiting && { waits: true as const }),
    };
    const whose = isDecided(session.signedIn)
      ? { signedIn: session.signedIn }
      : { ...(waiting && { waiting }) };
    const providerSession = providerSessionOf(session);
    const by = { ...(providerSession !== undefined && { providerSession }) };
    const stored = { ...lifetime, expires: expiryOf(lifetime, config), ...whose, ...by, fields };
    const tried: string[] = [];
    // Data that belongs to no request has no cookie that could follow it.
    const nextId = () => (tried.length > 0 && requestOf(session) ? newSessionId() : sessionId);
    const next = () => {
      const id = nextId();
      tried.push(id);
      return { id: storageId(id), ...stored };
    };
    try {
      const { id } = await inTime(records.insert(next));
      const acknowledged = tried.find((each) => storageId(each) === id);
      if (acknowledged !== undefined && acknowledged !== sessionId) moveSession(session, acknowledged);
      remember(session, { id, lifetime, fields, ...by });
    } catch (error) {
      // None of these ids may be stored by a later try.
      moveSession(session, newSessionId());
      throw error;
    }
  }

  return {
    isChanged: (session) => {
      const memory = memoryOf(session);
      const fields = records.fieldsOf(session);
      if (!memory) return isSuccessor(session) || isDecided(session.signedIn) || fields.size > 0;
      return fieldsChange(memory.fields, fields) !== undefined;
    },
    write: async (sessionId, session) => {
      const fields = records.fieldsOf(session);
      const req = requestOf(session);
      // Looked at when its turn comes: what went before may have stored it, and under another id.
      const store = () => {
        const memory = memoryOf(session);
        if (memory) return change(session, memory, fields);
        return insert(session, req ? (session as Session & SessionData).id : sessionId, fields);
      };
      return req ? inLine(req, store) : store();
    },
    touchIfDue: async (session, callerOf) => {
      const memory = memoryOf(session);
      const at = now();
      const dueAt = at.getTime() - touchIntervalMs(config);
      if (!memory || memory.lifetime.lastSeenAt.getTime() > dueAt) return false;
      const lifetime = { ...memory.lifetime, lastSeenAt: at };
      const caller = session.signedIn && callerOf();
      const use = { lastSeenAt: at, expires: expiryOf(lifetime, config), caller };
      // One of several requests at once writes; a session that ended since it was read stays ended.
      const isWritten = await inTime(records.touch(memory.id, new Date(dueAt), use));
      remember(session, { ...memory, lifetime });
      return isWritten;
    },
  };
}

/** The answer to a request whose session ended while it was under way. */
function sessionIsGone(): Problem {
  return notSignedIn({ clearCookie: true });
}
