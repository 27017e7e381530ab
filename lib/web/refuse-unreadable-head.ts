import type { Request, RequestHandler } from 'express';
import type { Config } from '../base/config.ts';
import { Problem } from '../base/problem.ts';
import { bearerOf, isAmbiguous } from './session/bearer.ts';
import { timesNamed } from './session/cookie.ts';

/** Largest Cookie header that is read, in bytes; ours is a hundred. */
const cookieLimitBytes = 8 * 1024;

/** Most of all headers together, in bytes, as Node's own server has it; API Gateway passes on less. */
const headLimitBytes = 16 * 1024;

/**
 * Refuses a request whose address or headers cannot be read in one way only, before anything acts on them.
 *
 * Two session cookies are refused, not chosen between: which of them a browser puts first depends on their paths,
 * so that whoever could plant a second one would decide who is signed in (session fixation).
 *
 * @returns a middleware that throws {Problem} 400 `malformed_body`, 431 `headers_too_large`.
 */
export function refuseUnreadableHead(config: Pick<Config, 'cookieName'>): RequestHandler {
  return function refuseUnreadableHead(req, _res, next) {
    requireSmallHead(req);
    const fault = faultOf(req, config.cookieName);
    if (fault) throw new Problem('malformed_body', fault);
    next();
  };
}

/** Every cookie of the domain comes along, those of other applications too, and only the browser can delete them. */
function requireSmallHead({ headers, rawHeaders }: Request): void {
  if (Buffer.byteLength(headers.cookie ?? '') > cookieLimitBytes)
    throw tooLarge('The cookies of this site are larger than 8 KiB. Delete them and try again.');
  if (rawHeaders.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0) > headLimitBytes)
    throw tooLarge('The headers of the request are larger than 16 KiB.');
}

function tooLarge(detail: string): Problem {
  return new Problem('headers_too_large', detail);
}

function faultOf(req: Request, cookieName: string): string | undefined {
  if (!isReadableAddress(req.originalUrl)) return 'The address has a faulty percent-encoding.';
  if (!req.rawHeaders.every((text) => text.isWellFormed())) return 'A header has broken Unicode characters.';
  const cookies = req.headers.cookie ?? '';
  if (timesNamed(cookies, cookieName) > 1)
    return 'There is more than one session cookie. Delete the cookies of this site and try again.';
  if (isAmbiguous(valuesOf(req, 'authorization'))) return 'There is more than one Authorization header.';
  if (bearerOf(req) && timesNamed(cookies, cookieName) > 0)
    return 'There are a session cookie and a bearer token. Send one of the two.';
  return undefined;
}

/** Every value of a header; of one that may come once, Node keeps the first. */
function valuesOf({ rawHeaders }: Request, name: string): string[] {
  return rawHeaders.filter((_text, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

/** True where every escape stands for UTF-8, and none for NUL. */
function isReadableAddress(url: string): boolean {
  try {
    return !decodeURIComponent(url).includes('\0');
  } catch {
    return false;
  }
}
