import express, { type RequestHandler } from 'express';
import { Problem } from '../problem.ts';
import { parseJson } from './json.ts';

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
    if (!reads && (hasBody || type !== undefined) && !isJson(type))
      throw new Problem(415, 'unsupported_media_type', 'Send the body as application/json in UTF-8.');
    next();
  };
  const readBytes = express.raw({ limit: bodyLimitBytes, inflate: false, type: 'application/json' });
  const parse: RequestHandler = function parseBody(req, _res, next) {
    const bytes: unknown = req.body;
    if (bytes instanceof Uint8Array) req.body = bytes.length > 0 ? parseJson(bytes) : undefined;
    next();
  };
  return [refuseOtherTypes, readBytes, parse];
}

/** JSON is UTF-8 (RFC 8259, 8.1); a charset that says otherwise is not read as if it did not. */
function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json\s*(;\s*charset="?utf-8"?\s*)?;?$/i.test(type.trim());
}
