import type { RequestHandler } from 'express';
import expressSession from 'express-session';
import type { ConfigFor } from '../../base/config.ts';
import { currentRequest } from '../../base/request.ts';
import type { Store } from '../../store/contract.ts';
import { callerOf } from '../caller.ts';
import { sessionCookieAttributes } from './cookie.ts';
import { holdAnswer } from './hold-answer.ts';
import { isInLine, settled } from './line.ts';
import { isStored } from './require-user.ts';
import { save } from './save.ts';
import { settleCookies } from './settle-cookies.ts';
import { createSessionStore } from './store.ts';
import { takeSession } from './take-session.ts';

export interface SessionMiddlewareOptions {
  config: ConfigFor<'http' | 'database' | 'sessions'>;
  store: Pick<Store, 'sessions' | 'ExpressStore'>;
  now: () => Date;
}

/**
 * express-session on our store, in the order that a request passes it: load, note the use, guard the answer.
 *
 * With it an application may write `req.session.key = value` as in any Express app: the change is stored before
 * the answer leaves, and where that fails the answer is 503 without a cookie.
 */
export function sessionMiddleware({ config, store, now }: SessionMiddlewareOptions): RequestHandler[] {
  const attributes = sessionCookieAttributes(config);
  const sessions = createSessionStore({ store, config, cookie: attributes, now });
  const stock = expressSession({
    store: sessions,
    name: config.cookieName,
    secret: [...config.sessionSecrets],
    cookie: attributes,
    resave: false,
    rolling: false,
    saveUninitialized: false,
    unset: 'keep',
  });

  const trustPublicUrl: RequestHandler = function trustPublicUrl(req, _res, next) {
    // PUBLIC_URL says that browsers come by https, whatever a proxy on the way tells this request.
    if (attributes.secure) Object.defineProperty(req, 'secure', { value: true, configurable: true });
    next();
  };

  const loadSession: RequestHandler = function loadSession(req, res, next) {
    const { end } = res;
    stock(req, res, (error?: unknown) => {
      // It would store the session as the answer leaves. Ours is stored before; the cookie leaves with the head.
      res.end = end;
      next(error);
    });
  };

  const noteUse: RequestHandler = async function noteUse(req, _res, next) {
    // An address that no browser sends, such as `OPTIONS *`, stands outside of the cookie's path.
    if (!req.session) return next();
    const request = currentRequest();
    const userId = req.session.signedIn?.userId;
    if (request && userId) request.userId = userId;
    await sessions.touchIfDue(req.session, () => callerOf(req));
    next();
  };

  const storeBeforeAnswer: RequestHandler = function storeBeforeAnswer(req, res, next) {
    const storeChanges = () => (req.session && sessions.isChanged(req.session) ? save(req) : undefined);
    // Without a session on the request, express-session sends no cookie.
    holdAnswer(res, {
      prepare: () => (isInLine(req) ? settled(req).then(storeChanges) : storeChanges()),
      release: (send) => {
        if (isStored(req)) return send();
        // What a listener of the head puts into a session comes too late to be stored, and has no cookie: without an
        // id express-session sends none.
        const { sessionID } = req;
        Reflect.set(req, 'sessionID', undefined);
        send();
        req.sessionID = sessionID;
      },
      fail: (error) => {
        Reflect.deleteProperty(req, 'session');
        next(error);
      },
    });
    next();
  };

  return [
    trustPublicUrl,
    takeSession(config),
    settleCookies(config),
    loadSession,
    noteUse,
    storeBeforeAnswer,
  ];
}
