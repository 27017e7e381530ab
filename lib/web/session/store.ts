import MongoStore from 'connect-mongo';
import type { Request } from 'express';
import type { Session, SessionData } from 'express-session';
import type { Collection, UpdateFilter } from 'mongodb';
import type { Caller } from '../../base/caller.ts';
import type { Config } from '../../base/config.ts';
import { notSignedIn, Problem, unavailable } from '../../base/problem.ts';
import {
  absoluteMs,
  decideSignedIn,
  expiryOf,
  isDecided,
  isLive,
  type Lifetime,
  type Limits,
  type SessionDocument,
  type SignedIn,
  touchIntervalMs,
} from '../../sessions/document.ts';
import { newSessionId, storageId } from '../../sessions/id.ts';
import type { Limit, Mongo } from '../../store/mongo/client.ts';
import { createReader, type Reader } from '../../store/mongo/reader.ts';
import {
  type Fields,
  fieldsOf,
  fromStoredFields,
  toStoredFields,
  updateBetween,
} from '../../store/mongo/session-fields.ts';
import type { CookieAttributes } from './cookie.ts';
import { failUnheard, inLine } from './line.ts';
import { makeSession, moveSession, requestOf, type SessionEnds } from './session-object.ts';
import { type SettledCookies, settledCookies } from './settled-cookie.ts';
import {
  hide,
  isRemembered,
  isSuccessor,
  type Memory,
  markSuccessor,
  memoryOf,
  remember,
} from './stored-state.ts';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in; read-only: `signIn` and `signOut` decide it. */
    signedIn: SignedIn;
  }
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

export interface SessionStoreOptions {
  mongo: Mongo;
  config: Limits & Pick<Config, 'sessionCollection' | 'mongodbDatabase'>;
  /** Attributes of the session cookie, the same for every session. */
  cookie: CookieAttributes;
  now: () => Date;
}

/**
 * connect-mongo's store, made safe under load.
 *
 * - Only a session that is new is inserted. A stored one is changed by the keys that changed, and a write to
 *   one that is gone fails with 401 `not_signed_in`: it never comes back.
 * - Idle and absolute limits hold at every read, whatever the TTL index has swept.
 * - Nothing is created at construction and no connection is awaited; each call has a time limit.
 *
 * It emits connect-mongo's documented events for what a request does to its own session.
 */
export class SessionStore extends MongoStore implements SessionEnds {
  private readonly mongo: Mongo;
  private readonly config: SessionStoreOptions['config'];
  private readonly cookies: SettledCookies;
  private readonly now: () => Date;
  private readonly readDocument: Reader<SessionDocument>;

  constructor({ mongo, config, cookie, now }: SessionStoreOptions) {
    super({
      client: mongo.client(),
      dbName: config.mongodbDatabase,
      collectionName: config.sessionCollection,
      autoRemove: 'disabled',
      stringify: false,
      transformId: storageId,
    });
    this.mongo = mongo;
    this.config = config;
    this.cookies = settledCookies(cookie, absoluteMs(config));
    this.now = now;
    this.readDocument = createReader(mongo, { from: config.sessionCollection });
    // Use is written down where the session is read, by touchIfDue. Without the method express-session does not
    // ask for it, nor hash the session once more and send the answer in two pieces to do so.
    Object.defineProperty(this, 'touch', { value: undefined });
  }

  override get(sessionId: string, callback: Callback<SessionData | null>): void {
    settle(this.read(sessionId), callback);
  }

  override set(sessionId: string, session: SessionData, callback: Callback = () => undefined): void {
    const change = this.isStored(session) ? 'update' : 'create';
    const isDue = change === 'create' || this.isChanged(session);
    const written = this.write(sessionId, session).then(() => {
      const { id = sessionId } = session as Partial<Session>;
      if (isDue) for (const event of [change, 'set']) this.emit(event, id);
    });
    settle(written, callback);
  }

  override destroy(sessionId: string, callback: Callback = () => undefined): void {
    const ended = this.end(storageId(sessionId)).then(() => void this.emit('destroy', sessionId));
    settle(ended, callback);
  }

  /** Without a callback its failure is the request's: nobody may be told of an end that was none. */
  endSession(session: Session, callback?: Callback): void {
    const req = requestOf(session) ?? session;
    const { id } = session;
    const ended = inLine(req, async () => {
      await this.end(memoryOf(session)?.id ?? storageId(id));
      this.emit('destroy', id);
    });
    settle(ended, callback ?? ((error) => error && failUnheard(req, error)));
  }

  override all(callback: Callback<SessionData[]>): void {
    settle(this.readAll(), callback);
  }

  override length(callback: (error: unknown, length: number) => void): void {
    this.readAll().then(
      (live) => callback(null, live.length),
      (error: unknown) => callback(error, 0),
    );
  }

  override clear(callback: Callback = () => undefined): void {
    settle(this.endAll(), callback);
  }

  override close(): Promise<void> {
    return this.mongo.close();
  }

  /** Gives the request a new session under a new id; the old one ends in the database if it was stored. */
  override regenerate(req: Request, callback: Callback): void {
    const begun = inLine(req, async () => {
      const { session, sessionID } = req;
      const stored = session && memoryOf(session);
      if (stored) {
        await this.end(stored.id);
        this.emit('destroy', sessionID);
      }
      this.begin(req);
      markSuccessor(req.session);
    });
    settle(begun, callback);
  }

  /** What express-session begins a session with. It sets one of its own, whose id can never change: ours stays. */
  get generate(): (req: Request) => void {
    return (req) => this.begin(req);
  }

  set generate(_stock) {}

  override createSession(req: Request, data: SessionData): Session & SessionData {
    // Without an age express-session never sends the cookie again: it left when the session was made, to live
    // until the absolute end. A late answer would bring back an old one, over that of a sign-in meanwhile.
    const cookie = () => this.cookies.make(() => null);
    const created = makeSession(req, data, { cookie, cookies: this.cookies });
    const memory = memoryOf(data);
    if (memory) remember(created, memory);
    if (isDecided(data.signedIn)) created.signedIn = data.signedIn;
    return created;
  }

  private begin(req: Request): void {
    const age = (session: object) => () => (isRemembered(session) ? absoluteMs(this.config) : null);
    req.sessionID = newSessionId();
    const cookie = (session: object) => this.cookies.make(age(session));
    makeSession(req, {}, { cookie, cookies: this.cookies });
  }

  /** True where the session has been read from the database or written to it. */
  isStored(session: Partial<SessionData> | null | undefined): boolean {
    return session != null && memoryOf(session) !== undefined;
  }

  /** What the API calls a stored session, and its times; undefined for one that is not stored. */
  storedAs(session: Partial<SessionData>): Pick<Memory, 'id' | 'lifetime'> | undefined {
    return memoryOf(session);
  }

  /** True where the session has something that the database has not. */
  isChanged(session: Partial<SessionData>): boolean {
    const memory = memoryOf(session);
    const fields = fieldsOf(session);
    if (!memory) return isSuccessor(session) || isDecided(session.signedIn) || fields.size > 0;
    return updateBetween(memory.fields, fields) !== undefined;
  }

  /** Writes down that the session is in use, and from where, if that was not written for `SESSION_TOUCH_SECONDS`. */
  async touchIfDue(session: Partial<SessionData>, callerOf: () => Caller): Promise<void> {
    const memory = memoryOf(session);
    const now = this.now();
    const dueAt = now.getTime() - touchIntervalMs(this.config);
    if (!memory || memory.lifetime.lastSeenAt.getTime() > dueAt) return;
    const lifetime = { ...memory.lifetime, lastSeenAt: now };
    const expires = expiryOf(lifetime, this.config);
    const { ip, userAgent } = callerOf();
    const device = session.signedIn && { 'signedIn.ip': ip, 'signedIn.userAgent': userAgent };
    // One of several requests at once writes; a session that ended since it was read stays ended.
    const { matchedCount } = await this.run((sessions, limit) =>
      sessions.updateOne(
        { _id: memory.id, lastSeenAt: { $lte: new Date(dueAt) } },
        { $set: { lastSeenAt: now, expires, ...device } },
        limit,
      ),
    );
    remember(session, { ...memory, lifetime });
    if (matchedCount > 0) this.emit('touch', (session as Partial<Session>).id);
  }

  private async read(sessionId: string): Promise<SessionData | null> {
    const document = await inTime(this.readDocument(storageId(sessionId)));
    if (!document || !isLive(document, this.config, this.now())) return null;
    return this.fromDocument(document);
  }

  /** For tools, not for requests: every live session, whatever the TTL index has swept. */
  private async readAll(): Promise<SessionData[]> {
    const now = this.now();
    const found = await this.run((sessions, limit) =>
      sessions.find({ expires: { $gt: now } }, limit).toArray(),
    );
    return found
      .filter((document) => isLive(document, this.config, now))
      .map((document) => this.fromDocument(document));
  }

  private toDocument(session: SessionData, { id, lifetime, fields }: Memory): SessionDocument {
    const base: SessionDocument = {
      _id: id,
      ...lifetime,
      expires: expiryOf(lifetime, this.config),
      session: toStoredFields(fields),
    };
    if (!isDecided(session.signedIn)) return base;
    const { userId, ...signedIn } = session.signedIn;
    return { ...base, userId, signedIn };
  }

  private fromDocument(document: SessionDocument): SessionData {
    const { _id: id, userId, signedIn, session } = document;
    const data = fromStoredFields(session);
    const fields = fieldsOf(data);
    data.cookie = this.cookies.make(() => null);
    // It cannot change, so that express-session, which hashes what it sees, need not see it.
    if (userId && signedIn) hide(data, 'signedIn', decideSignedIn({ userId, ...signedIn }));
    remember(data, { id, lifetime: lifetimeOf(document), fields });
    return data as unknown as SessionData;
  }

  /** Stores a session as it is now, after what its request has asked to be stored before. */
  private async write(sessionId: string, session: SessionData): Promise<void> {
    const fields = fieldsOf(session);
    const req = requestOf(session);
    // Looked at when its turn comes: what went before may have stored it, and under another id.
    const store = () =>
      memoryOf(session)
        ? this.change(session, fields)
        : this.insert(session, req ? (session as Session & SessionData).id : sessionId, fields);
    return req ? inLine(req, store) : store();
  }

  /** Writes what differs from what the last write left. */
  private async change(session: SessionData, fields: Fields): Promise<void> {
    const memory = memoryOf(session) as Memory;
    const update = updateBetween(memory.fields, fields);
    if (!update) return;
    const result = await this.run((sessions, limit) =>
      sessions.updateOne({ _id: memory.id }, update as UpdateFilter<SessionDocument>, limit),
    );
    if (result.matchedCount === 0) throw sessionIsGone();
    remember(session, { ...memory, fields });
  }

  /**
   * Inserts a session. Each try has an id of its own, and the request keeps that of the one that was acknowledged: a
   * try that was given up may arrive when the session has ended, and must not bring it back.
   */
  private async insert(session: SessionData, sessionId: string, fields: Fields): Promise<void> {
    const now = this.now();
    const remembering = isRemembered(session) ? {} : { remember: false as const };
    const lifetime = { createdAt: now, lastSeenAt: now, ...remembering };
    // Data that belongs to no request has no cookie that could follow it.
    const nextId = () => (requestOf(session) ? newSessionId() : sessionId);
    let last: string | undefined;
    try {
      const stored = await this.run(async (sessions, limit) => {
        const earlier = last;
        const id = earlier === undefined ? sessionId : nextId();
        last = id;
        // It may have arrived, with its answer lost: nobody has its id, but its user would see it among the devices.
        if (earlier !== undefined) await sessions.deleteOne({ _id: storageId(earlier) }, limit);
        const memory = { id: storageId(id), lifetime, fields };
        await sessions.insertOne(this.toDocument(session, memory), limit);
        return { id, memory };
      });
      if (stored.id !== sessionId) moveSession(session, stored.id);
      remember(session, stored.memory);
    } catch (error) {
      // None of these ids may be stored by a later try.
      moveSession(session, newSessionId());
      throw error;
    }
  }

  private async end(id: string): Promise<void> {
    await this.run((sessions, limit) => sessions.deleteOne({ _id: id }, limit));
  }

  private async endAll(): Promise<void> {
    await this.run((sessions, limit) => sessions.deleteMany({}, limit));
  }

  private run<T>(operation: (sessions: Collection<SessionDocument>, limit: Limit) => Promise<T>): Promise<T> {
    const { sessionCollection } = this.config;
    return inTime(this.mongo.run((db, limit) => operation(db.collection(sessionCollection), limit)));
  }
}

/** Whatever keeps the store from its work is an outage to the caller: 503, and no cookie. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Problem ? error : unavailable(error);
  }
}

/** The answer to a request whose session ended while it was under way. */
export function sessionIsGone(): Problem {
  return notSignedIn({ clearCookie: true });
}

/** The times of a stored session, and no more of it. */
function lifetimeOf({ createdAt, lastSeenAt, remember }: SessionDocument): Lifetime {
  return { createdAt, lastSeenAt, ...(remember === false ? { remember } : {}) };
}

function settle<T>(work: Promise<T>, callback: Callback<T>): void {
  work.then(
    (result) => callback(null, result),
    (error: unknown) => callback(error),
  );
}
