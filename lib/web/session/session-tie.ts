import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse } from 'cookie';
import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { timesNamed } from './cookie.ts';
import { signedIdIn } from './signed-id.ts';

/**
 * With `COOKIE_DOMAIN` every host under the domain can plant a session cookie, such as that of a session of its own, so
 * that whoever comes with it acts in a stranger's account. A second cookie, of our own host alone, says which session
 * this browser was given; no other host can set it (RFC 6265bis, `__Host-`).
 */
export interface SessionTies {
  /** False of a browser whose session cookie came from somewhere else. */
  isTied(req: Request): boolean;
  /** The Set-Cookie line that ties a browser to a session, made of the line that gives or clears its cookie. */
  lineFor(sessionLine: string, sessionId: string): string;
}

export function createSessionTies(
  config: Pick<Config, 'deployed' | 'cookieName' | 'sessionSecrets'>,
): SessionTies {
  const name = config.deployed ? '__Host-session-tie' : 'session_auth_tie';

  return {
    isTied: (req) => {
      const header = req.headers.cookie ?? '';
      if (!isOfBrowser(req) || timesNamed(header, config.cookieName) === 0) return true;
      const id = signedIdIn(header, config);
      const given = Buffer.from(parse(header)[name] ?? '');
      return config.sessionSecrets.some((secret) => {
        const own = Buffer.from(id === undefined ? '' : tieOf(secret, id));
        return own.length > 0 && own.length === given.length && timingSafeEqual(own, given);
      });
    },
    lineFor: (sessionLine, sessionId) => {
      const [pair = '', ...attributes] = sessionLine.split('; ');
      const [secret = ''] = config.sessionSecrets;
      const value = pair.endsWith('=') ? '' : tieOf(secret, sessionId);
      return [`${name}=${value}`, ...attributes.filter((each) => !each.startsWith('Domain='))].join('; ');
    },
  };
}

/**
 * A browser says so itself, in headers that no page can change or leave out. What is none, such as a server on another
 * host of the domain that asks for its user, cannot be made to send a cookie that was planted with somebody else.
 *
 * One from before 2023 that goes to a page says neither of the first two; but it asks for HTML.
 */
function isOfBrowser(req: Request): boolean {
  const { origin, accept = '', 'sec-fetch-site': site } = req.headers;
  return site !== undefined || origin !== undefined || /\btext\/html\b/i.test(accept);
}

function tieOf(secret: string, sessionId: string): string {
  return createHmac('sha256', secret).update(`session-auth tie\0${sessionId}`).digest('base64url');
}
