import express, { type RequestHandler } from 'express';
import { Problem } from '../problem.ts';

/** Largest body that is read, in bytes. */
export const bodyLimitBytes = 16 * 1024;

/**
 * Reads a JSON body of at most 16 KiB.
 *
 * Any other type is refused, the "simple" ones of HTML forms among them, which browsers send across origins
 * without asking first (OWASP ASVS 3.5.2); so is a compressed body.
 */
export function jsonBody(): RequestHandler[] {
  const refuseOtherTypes: RequestHandler = function refuseOtherTypes(req, _res, next) {
    const hasBody = Number(req.get('content-length') ?? 0) > 0 || req.get('transfer-encoding') !== undefined;
    const type = req.get('content-type');
    const reads = req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS';
    if (!reads && (hasBody || type !== undefined) && !req.is('application/json') && !isEmptyJson(type))
      throw new Problem(415, 'unsupported_media_type', 'Send the body as application/json.');
    next();
  };
  const readJson = express.json({
    limit: bodyLimitBytes,
    inflate: false,
    strict: false,
    type: 'application/json',
  });
  return [refuseOtherTypes, readJson];
}

/** `req.is` answers only for requests that have a body. */
function isEmptyJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;|$)/i.test(type);
}
