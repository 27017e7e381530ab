import type { Request } from 'express';
import type { Store as ExpressStore, Session, SessionData } from 'express-session';
import type { Caller } from '../../base/caller.ts';
import { newSessionId, storageId } from '../../sessions/id.ts';
import { absoluteMs, type SessionLimits } from '../../sessions/lifetime.ts';
import { isDecided } from '../../sessions/signed-in.ts';
import type { Store } from '../../store/contract.ts';
import type { SignedIn } from '../../store/records.ts';
import type { CookieAttributes } from './cookie.ts';
import { inTime } from './in-time.ts';
import { failUnheard, inLine } from './line.ts';
import { makeSession, requestOf, type SessionEnds } from './session-object.ts';
import { createSessionReads } from './session-reads.ts';
import { createSessionWrites } from './session-writes.ts';
import { settledCookies } from './settled-cookie.ts';
import {
  isRemembered,
  markSuccessor,
  memoryOf,
  noteUser,
  noteWaiting,
  remember,
  userOf,
  waitingOf,
} from './stored-state.ts';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in; read-only: `signIn` and `signOut` decide it. */
    signedIn: SignedIn;
  }
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

export interface SessionStoreOptions {
  store: Pick<Store, 'sessions' | 'ExpressStore'>;
  config: SessionLimits;
  /** Attributes of the session cookie, the same for every session. */
  cookie: CookieAttributes;
  now: () => Date;
}

/** A store of express-session, and what the middleware asks beside. */
export interface SessionStore extends ExpressStore {
  /** True where the session has something that the database has not. */
  isChanged(session: Partial<SessionData>): boolean;
  /** Writes down that the session is in use, if that is due. */
  touchIfDue(session: Partial<SessionData>, callerOf: () => Caller): Promise<void>;
}

/**
 * The database's store as people know it, made safe under load.
 *
 * - Only a session that is new is inserted. A stored one is changed by the keys that changed, and a write to
 *   one that is gone fails with 401 `not_signed_in`: it never comes back.
 * - Idle and absolute limits hold at every read, whatever the TTL index has swept.
 * - Nothing is created at construction and no connection is awaited; each call has a time limit.
 *
 * It emits connect-mongo's documented events for what a request does to its own session.
 */
export function createSessionStore({ store, config, cookie, now }: SessionStoreOptions): SessionStore {
  const records = store.sessions;
  const cookies = settledCookies(cookie, absoluteMs(config));
  const { read, readAll } = createSessionReads({ config, records, cookies, now });
  const { write, isChanged, touchIfDue } = createSessionWrites({ config, records, now });
  const end = async (id: string) => void (await inTime(records.end(id)));

  /** Gives a request a new session under a new id. */
  function begin(req: Request): void {
    const age = (session: object) => () =>
      isRemembered(session) && !waitingOf(session) ? absoluteMs(config) : null;
    req.sessionID = newSessionId();
    makeSession(req, {}, { cookie: (session) => cookies.make(age(session)), cookies });
  }

  class SafeStore extends store.ExpressStore implements SessionStore, SessionEnds {
    readonly isChanged = isChanged;

    override get(sessionId: string, callback: Callback<SessionData | null>): void {
      settle(read(sessionId), callback);
    }

    override set(sessionId: string, session: SessionData, callback: Callback = () => undefined): void {
      const change = memoryOf(session) ? 'update' : 'create';
      const isDue = change === 'create' || isChanged(session);
      const written = write(sessionId, session).then(() => {
        const { id = sessionId } = session as Partial<Session>;
        if (isDue) for (const event of [change, 'set']) this.emit(event, id);
      });
      settle(written, callback);
    }

    override destroy(sessionId: string, callback: Callback = () => undefined): void {
      const ended = end(storageId(sessionId)).then(() => void this.emit('destroy', sessionId));
      settle(ended, callback);
    }

    /** Without a callback its failure is the request's: nobody may be told of an end that was none. */
    endSession(session: Session, callback?: Callback): void {
      const req = requestOf(session) ?? session;
      const { id } = session;
      const ended = inLine(req, async () => {
        await end(memoryOf(session)?.id ?? storageId(id));
        this.emit('destroy', id);
      });
      settle(ended, callback ?? ((error) => error && failUnheard(req, error)));
    }

    override all(callback: Callback<SessionData[]>): void {
      settle(readAll(), callback);
    }

    override length(callback: (error: unknown, length?: number) => void): void {
      readAll().then(
        (live) => callback(null, live.length),
        (error: unknown) => callback(error, 0),
      );
    }

    override clear(callback: Callback = () => undefined): void {
      settle(
        inTime(records.endAll()).then(() => undefined),
        callback,
      );
    }

    /** The old one ends in the database if it was stored. */
    override regenerate(req: Request, callback: Callback): void {
      const begun = inLine(req, async () => {
        const { session, sessionID } = req;
        const stored = session && memoryOf(session);
        if (stored) {
          await end(stored.id);
          this.emit('destroy', sessionID);
        }
        begin(req);
        markSuccessor(req.session);
      });
      settle(begun, callback);
    }

    /** What express-session begins a session with. It sets one of its own, whose id can never change: ours stays. */
    get generate(): (req: Request) => void {
      return begin;
    }

    set generate(_stock) {}

    override createSession(req: Request, data: SessionData): Session & SessionData {
      // Without an age express-session never sends the cookie again: it left when the session was made, to live
      // until the absolute end. A late answer would bring back an old one, over that of a sign-in meanwhile.
      const created = makeSession(req, data, { cookie: () => cookies.make(() => null), cookies });
      const [memory, user, waiting] = [memoryOf(data), userOf(data), waitingOf(data)];
      if (memory) remember(created, memory);
      if (isDecided(data.signedIn)) created.signedIn = data.signedIn;
      if (user) noteUser(created, user);
      if (waiting) noteWaiting(created, waiting);
      return created;
    }

    async touchIfDue(session: Partial<SessionData>, callerOf: () => Caller): Promise<void> {
      if (await touchIfDue(session, callerOf)) this.emit('touch', (session as Partial<Session>).id);
    }
  }

  // Use is written down where the session is read, by touchIfDue. Without the method express-session does not
  // ask for it, nor hash the session once more and send the answer in two pieces to do so.
  return Object.defineProperty(new SafeStore(), 'touch', { value: undefined });
}

function settle<T>(work: Promise<T>, callback: Callback<T>): void {
  work.then(
    (result) => callback(null, result),
    (error: unknown) => callback(error),
  );
}
