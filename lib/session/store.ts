import MongoStore from 'connect-mongo';
import type { Request } from 'express';
import type { CookieOptions, Session, SessionData } from 'express-session';
import type { Collection, MongoClient, UpdateFilter } from 'mongodb';
import type { Config } from '../config.ts';
import type { Limit, Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { notSignedIn, Problem, unavailable } from '../problem.ts';
import {
  absoluteEndOf,
  expiryOf,
  isLive,
  type Lifetime,
  type Limits,
  type SessionDocument,
  type SignedIn,
  touchIntervalMs,
} from './document.ts';
import { type Fields, fieldsOf, fromStoredFields, toStoredFields, updateBetween } from './fields.ts';
import { storageId } from './id.ts';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in; read-only: `signIn` and `signOut` decide it. */
    signedIn: SignedIn;
  }
}

/** What the store remembers of a session that it has read or written: its times, and each key as stored. */
interface Stored {
  lifetime: Lifetime;
  fields: Fields;
}

type Callback<T = void> = (error?: unknown, result?: T) => void;

const stored = Symbol('stored');
type Remembering = Partial<SessionData> & { [stored]?: Stored };

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
    // What connect-mongo itself still does (all, length, clear) must use the client of the moment.
    Object.defineProperty(this, 'collectionP', {
      get: () => Promise.resolve(this.collectionOf(mongo.client())),
    });
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

  /** Use is written down where the session is read, by {@link touchIfDue}; express-session's call adds nothing. */
  override touch(_sessionId: string, _session: SessionData, callback: Callback = () => undefined): void {
    callback();
  }

  /** Gives the request a new session under a new id; the old one ends in the database if it was stored. */
  override regenerate(req: Request, callback: Callback): void {
    const ended = this.isStored(req.session) ? this.end(req.sessionID) : Promise.resolve();
    settle(
      ended.then(() => this.generate(req)),
      callback,
    );
  }

  /** Set by express-session: gives the request a new, empty session. */
  declare generate: (req: Request) => void;

  override createSession(req: Request, session: SessionData): Session & SessionData {
    const created = super.createSession(req, session) as Session & SessionData;
    remember(created, (session as Remembering)[stored]);
    return created;
  }

  /** True where the session has been read from the database or written to it. */
  isStored(session: Partial<SessionData> | null | undefined): boolean {
    return session != null && (session as Remembering)[stored] !== undefined;
  }

  /** The times of a stored session; undefined for one that is not stored. */
  lifetimeOf(session: Partial<SessionData>): Lifetime | undefined {
    return (session as Remembering)[stored]?.lifetime;
  }

  /** True where the session has something that the database has not. */
  isChanged(session: Partial<SessionData>): boolean {
    const memory = (session as Remembering)[stored];
    if (!memory) return Object.keys(session).some((key) => key !== 'cookie');
    return updateBetween(memory.fields, fieldsOf(session), session) !== undefined;
  }

  /** Writes down that the session is in use, if that was not written for `SESSION_TOUCH_SECONDS`. */
  async touchIfDue(sessionId: string, session: Partial<SessionData>): Promise<void> {
    const memory = (session as Remembering)[stored];
    const now = this.now();
    const dueAt = now.getTime() - touchIntervalMs(this.config);
    if (!memory || memory.lifetime.lastSeenAt.getTime() > dueAt) return;
    const lifetime = { ...memory.lifetime, lastSeenAt: now };
    const expires = expiryOf(lifetime, this.config);
    // One of several requests at once writes; a session that ended since it was read stays ended.
    await this.run((sessions, limit) =>
      sessions.updateOne(
        { _id: storageId(sessionId), lastSeenAt: { $lte: new Date(dueAt) } },
        { $set: { lastSeenAt: now, expires } },
        limit,
      ),
    );
    remember(session, { ...memory, lifetime });
  }

  private async read(sessionId: string): Promise<SessionData | null> {
    const document = await this.run((sessions, limit) =>
      sessions.findOne({ _id: storageId(sessionId) }, limit),
    );
    if (!document || !isLive(document, this.config, this.now())) return null;
    return this.fromDocument(document);
  }

  private toDocument(sessionId: string, session: SessionData, lifetime: Lifetime): SessionDocument {
    const base: SessionDocument = {
      _id: storageId(sessionId),
      ...lifetime,
      expires: expiryOf(lifetime, this.config),
      session: toStoredFields(session),
    };
    if (!session.signedIn) return base;
    const { userId, ...signedIn } = session.signedIn;
    return { ...base, userId, signedIn };
  }

  private fromDocument(document: SessionDocument): SessionData {
    const { createdAt, lastSeenAt, userId, signedIn, session } = document;
    const data = fromStoredFields(session);
    const fields = fieldsOf(data);
    const lifetime = { createdAt, lastSeenAt };
    // The cookie lives until the absolute end: it is sent once, and the server keeps the idle limit.
    const originalMaxAge = absoluteEndOf(lifetime, this.config).getTime() - this.now().getTime();
    data.cookie = { ...this.cookie, originalMaxAge };
    if (userId && signedIn) data.signedIn = Object.freeze({ userId, ...signedIn });
    remember(data, { lifetime, fields });
    return data as unknown as SessionData;
  }

  private async write(sessionId: string, session: SessionData): Promise<void> {
    const memory = (session as Remembering)[stored];
    const fields = fieldsOf(session);
    if (!memory) {
      const now = this.now();
      const lifetime = { createdAt: now, lastSeenAt: now };
      await this.insert(this.toDocument(sessionId, session, lifetime));
      remember(session, { lifetime, fields });
      return;
    }
    const update = updateBetween(memory.fields, fields, session);
    if (!update) return;
    const result = await this.run((sessions, limit) =>
      sessions.updateOne({ _id: storageId(sessionId) }, update as UpdateFilter<SessionDocument>, limit),
    );
    if (result.matchedCount === 0) throw sessionIsGone();
    remember(session, { lifetime: memory.lifetime, fields });
  }

  private async insert(document: SessionDocument): Promise<void> {
    await this.run(async (sessions, limit) => {
      try {
        await sessions.insertOne(document, limit);
      } catch (error) {
        // No two sessions share 256 random bits: this is the document of a first try whose answer was lost.
        if (!duplicateKey(error)) throw error;
      }
    });
  }

  private async end(sessionId: string): Promise<void> {
    await this.run((sessions, limit) => sessions.deleteOne({ _id: storageId(sessionId) }, limit));
  }

  private collectionOf(client: MongoClient): Collection<SessionDocument> {
    return client.db(this.config.mongodbDatabase).collection<SessionDocument>(this.config.sessionCollection);
  }

  /** Whatever keeps the store from its work is an outage to the caller: 503, and no cookie. */
  private async run<T>(
    operation: (sessions: Collection<SessionDocument>, limit: Limit) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.mongo.run((db, limit) =>
        operation(db.collection(this.config.sessionCollection), limit),
      );
    } catch (error) {
      throw error instanceof Problem ? error : unavailable(error);
    }
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

function remember(session: Remembering, memory: Stored | undefined): void {
  Object.defineProperty(session, stored, {
    value: memory,
    enumerable: false,
    configurable: true,
    writable: true,
  });
}
