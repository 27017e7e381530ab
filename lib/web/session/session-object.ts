import type { Request } from 'express';
import expressSession, { type Cookie, type Session, type SessionData } from 'express-session';
import { isDecided } from '../../sessions/signed-in.ts';
import type { SignedIn } from '../../store/records.ts';
import { keyRefusal } from '../../store/session-refusal.ts';
import { settled } from './line.ts';
import type { SettledCookies } from './settled-cookie.ts';
import { define, hide } from './stored-state.ts';

/** What a session does by its store, beside what express-session asks of every store. */
export interface SessionEnds {
  /** Ends this very session, under whatever id it was stored. */
  endSession(session: object, callback?: (error?: unknown) => void): void;
}

const idKey = Symbol('id');
const signedInKey = Symbol('signedIn');
const stock = expressSession.Session.prototype as Session;

/**
 * A session as express-session makes it, with these differences: its id may change until it is stored; a key that
 * would break it is refused where it is set, or kept as any other; nobody but `signIn` says who is signed in.
 */
const prototype = Object.create(stock, {
  // Computed: in a literal the name alone would set the prototype. What a visitor sent under it is data.
  ['__proto__']: {
    get(this: object) {
      return Object.getPrototypeOf(this);
    },
    set(this: object, value: unknown) {
      define(this, '__proto__', value);
    },
  },
  signedIn: {
    get(this: object) {
      return Reflect.get(this, signedInKey);
    },
    set(this: object, value: SignedIn | undefined) {
      if (!isDecided(value)) throw keyRefusal('signedIn', 'only signing in writes it');
      hide(this, signedInKey, value);
    },
  },
  destroy: {
    value: function destroy(this: Session & { req: Request }, callback?: (error?: unknown) => void) {
      Reflect.deleteProperty(this.req, 'session');
      (this.req.sessionStore as unknown as SessionEnds).endSession(this, callback);
      return this;
    },
    writable: true,
  },
  reload: {
    value: function reload(this: Session & { req: Request }, callback: (error?: unknown) => void) {
      settled(this.req).then(() => stock.reload.call(this, callback), callback);
      return this;
    },
    writable: true,
  },
});

/** Gives a request a session of its own, which has these keys and this cookie. */
export function makeSession(
  req: Request,
  data: Partial<SessionData>,
  { cookie, cookies }: { cookie: (session: object) => Cookie; cookies: SettledCookies },
): Session & SessionData {
  const session = Object.create(prototype);
  hide(session, idKey, req.sessionID);
  fix(session, 'req', () => req);
  fix(session, 'id', () => Reflect.get(session, idKey));
  const own = cookie(session);
  Object.defineProperty(session, 'cookie', {
    enumerable: true,
    get: () => own,
    set: (given: unknown) => {
      if (!cookies.isLike(given)) throw keyRefusal('cookie', 'it is that of the session');
    },
  });
  for (const [key, value] of Object.entries(data))
    if (!Object.hasOwn(session, key)) define(session, key, value);
  req.session = session;
  return session;
}

/** The request that a session belongs to; undefined for data that belongs to none. */
export function requestOf(session: object): Request | undefined {
  return Reflect.has(session, idKey) ? (session as { req: Request }).req : undefined;
}

/** Gives a request's session that is not stored yet another id, and the request with it. */
export function moveSession(session: object, id: string): void {
  const req = requestOf(session);
  if (!req) return;
  if (req.sessionID === Reflect.get(session, idKey)) req.sessionID = id;
  hide(session, idKey, id);
}

/** A property that is there to be read: neither an assignment nor a copy of a body changes it without a word. */
function fix(session: object, key: string, get: () => unknown): void {
  const set = () => {
    throw keyRefusal(key, 'it is that of the session');
  };
  Object.defineProperty(session, key, { get, set });
}
