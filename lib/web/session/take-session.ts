import type { RequestHandler } from 'express';
import type { Config } from '../../base/config.ts';
import { bearerOf } from './bearer.ts';
import { createSessionTies } from './session-tie.ts';

/**
 * Decides from the request's head what says whose session it is, before anything reads a cookie.
 *
 * A bearer stands for the session cookie, and no other cookie of the request is looked at: whatever a browser adds by
 * itself is worth nothing then, so that such a request needs no check of where it comes from. With `COOKIE_DOMAIN` a
 * session cookie that was planted in a browser counts as none.
 */
export function takeSession(
  config: Pick<Config, 'deployed' | 'cookieName' | 'cookieDomain' | 'sessionSecrets'>,
): RequestHandler {
  const ties = config.cookieDomain === undefined ? undefined : createSessionTies(config);
  return function takeSession(req, _res, next) {
    const bearer = bearerOf(req);
    if (bearer) {
      if (bearer.token === undefined) Reflect.deleteProperty(req.headers, 'cookie');
      else req.headers.cookie = `${config.cookieName}=s:${bearer.token}`;
    } else if (ties && !ties.isTied(req)) {
      req.headers.cookie = withoutCookie(req.headers.cookie ?? '', config.cookieName);
    }
    next();
  };
}

function withoutCookie(header: string, name: string): string {
  const pairs = header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() !== name);
  return pairs.join(';');
}
