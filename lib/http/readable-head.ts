import type { Request, RequestHandler } from 'express';
import type { Config } from '../config.ts';
import { Problem } from '../problem.ts';
import { timesNamed } from '../session/cookie.ts';

/** Largest Cookie header that is read, in bytes; ours is a hundred. */
const cookieLimitBytes = 8 * 1024;

/**
 * Refuses a request whose address or headers cannot be read in one way only, before anything acts on them.
 *
 * Two session cookies are refused, not chosen between: which of them a browser puts first depends on their paths,
 * so that whoever could plant a second one would decide who is signed in (session fixation).
 *
 * @returns a middleware that throws {Problem} 400 `malformed_body`.
 */
export function refuseUnreadableHead(config: Pick<Config, 'cookieName'>): RequestHandler {
  return function refuseUnreadableHead(req, _res, next) {
    const fault = faultOf(req, config.cookieName);
    if (fault) throw new Problem(400, 'malformed_body', fault);
    next();
  };
}

function faultOf(req: Request, cookieName: string): string | undefined {
  if (!isReadableAddress(req.originalUrl)) return 'The address has a faulty percent-encoding.';
  if (!req.rawHeaders.every((text) => text.isWellFormed())) return 'A header has broken Unicode characters.';
  const cookies = req.headers.cookie ?? '';
  if (Buffer.byteLength(cookies) > cookieLimitBytes) return 'The Cookie header is larger than 8 KiB.';
  if (timesNamed(cookies, cookieName) > 1)
    return 'There is more than one session cookie. Delete the cookies of this site and try again.';
  return undefined;
}

/** True where every escape stands for UTF-8, and none for NUL. */
function isReadableAddress(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
