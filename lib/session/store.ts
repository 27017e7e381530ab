import MongoStore from 'connect-mongo';
import type { Request } from 'express';
import type { CookieOptions, Session, SessionData } from 'express-session';
import type { Collection, UpdateFilter } from 'mongodb';
import type { Caller } from '../activity/caller.ts';
import type { Config } from '../config.ts';
import type { Limit, Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { createReader, type Reader } from '../mongo/reader.ts';
import { notSignedIn, Problem, unavailable } from '../problem.ts';
import {
  decideSignedIn,
  expiryOf,
  isDecided,
  isLive,
  type Limits,
  type SessionDocument,
  type SignedIn,
  touchIntervalMs,
} from './document.ts';
import { fieldsOf, fromStoredFields, toStoredFields, updateBetween } from './fields.ts';
import { storageId } from './id.ts';
import { define, hide, isSuccessor, type Memory, markSuccessor, memoryOf, remember } from './memory.ts';

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
  cookie: CookieOptions;
  now: () => Date;
}

/**
 * connect-mongo's store, made safe under load.
 *
 * - Only a session that is new is inserted. A stored one is changed by the keys that changed, and a write to
 *   one that is gone fails with 401 `not_signed_in`: it never comes back.
 * - Idle and absolute limits hold at every read, whatever the TTL index has swept.
 * - Nothing is created at construction and no connection is awaited; each call has a time limit.
 */
export class SessionStore extends MongoStore {
  private readonly mongo: Mongo;
  private readonly config: SessionStoreOptions['config'];
  private readonly cookie: CookieOptions;
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
    this.cookie = cookie;
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
    settle(this.write(sessionId, session), callback);
  }

  override destroy(sessionId: string, callback: Callback = () => undefined): void {
    settle(this.end(sessionId), callback);
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
    const ended = this.isStored(req.session) ? this.end(req.sessionID) : Promise.resolve();
    const begun = ended.then(() => {
      this.generate(req);
      markSuccessor(req.session);
    });
    settle(begun, callback);
  }

  /** Set by express-session: gives the request a new, empty session. */
  declare generate: (req: Request) => void;

  override createSession(req: Request, session: SessionData): Session & SessionData {
    const created = super.createSession(req, session) as Session & SessionData;
    // express-session leaves out keys that mean something to every object, such as `constructor`.
    for (const [key, value] of Object.entries(session))
      if (!Object.hasOwn(created, key)) define(created, key, value);
    const memory = memoryOf(session);
    if (memory) remember(created, memory);
    if (isDecided(session.signedIn)) hide(created, 'signedIn', session.signedIn);
    return created;
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
    if (!memory) return isSuccessor(session) || isDecided(session.signedIn) || fieldsOf(session).size > 0;
    return updateBetween(memory.fields, fieldsOf(session)) !== undefined;
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
    await this.run((sessions, limit) =>
      sessions.updateOne(
        { _id: memory.id, lastSeenAt: { $lte: new Date(dueAt) } },
        { $set: { lastSeenAt: now, expires, ...device } },
        limit,
      ),
    );
    remember(session, { ...memory, lifetime });
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
    const { _id: id, createdAt, lastSeenAt, userId, signedIn, session } = document;
    const data = fromStoredFields(session);
    const fields = fieldsOf(data);
    const lifetime = { createdAt, lastSeenAt };
    // Without an age express-session never sends the cookie again: it left when the session was made, to live
    // until the absolute end. A late answer would bring back an old one, over that of a sign-in meanwhile.
    data.cookie = { ...this.cookie, originalMaxAge: null };
    // It cannot change, so that express-session, which hashes what it sees, need not see it.
    if (userId && signedIn) hide(data, 'signedIn', decideSignedIn({ userId, ...signedIn }));
    remember(data, { id, lifetime, fields });
    return data as unknown as SessionData;
  }

  private async write(sessionId: string, session: SessionData): Promise<void> {
    const memory = memoryOf(session);
    const fields = fieldsOf(session);
    if (!memory) {
      const now = this.now();
      const lifetime = { createdAt: now, lastSeenAt: now };
      const first = { id: storageId(sessionId), lifetime, fields };
      await this.insert(this.toDocument(session, first));
      remember(session, first);
      return;
    }
    const update = updateBetween(memory.fields, fields);
    if (!update) return;
    const result = await this.run((sessions, limit) =>
      sessions.updateOne({ _id: storageId(sessionId) }, update as UpdateFilter<SessionDocument>, limit),
    );
    if (result.matchedCount === 0) throw sessionIsGone();
    remember(session, { ...memory, fields });
  }

  private async insert(document: SessionDocument): Promise<void> {
    await this.run(async (sessions, limit) => {
      try {
        await sessions.insertOne(document, limit);
      } catch (error) {
        if (!duplicateKey(error)) throw error;
        // No two sessions share 256 random bits: it is there if a first try stored it and its answer was lost.
        const found = await sessions.findOne({ _id: document._id }, { ...limit, projection: { _id: 1 } });
        if (!found) throw error;
      }
    });
  }

  private async end(sessionId: string): Promise<void> {
    await this.run((sessions, limit) => sessions.deleteOne({ _id: storageId(sessionId) }, limit));
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

function settle<T>(work: Promise<T>, callback: Callback<T>): void {
  work.then(
    (result) => callback(null, result),
    (error: unknown) => callback(error),
  );
}
