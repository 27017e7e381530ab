import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { Problem } from '../base/problem.ts';
import { parseJson } from './parse-json.ts';

/** Largest body that is read, in bytes. */
export const bodyLimitBytes = 16 * 1024;

/**
 * Reads a JSON body of at most 16 KiB; an empty body has no type, whatever its header says.
 *
 * Any other type is refused, the "simple" ones of HTML forms among them, which browsers send across origins
 * without asking first (OWASP ASVS 3.5.2); so is a compressed body.
 */
export function jsonBody(): RequestHandler[] {
  return bodyOfType('application/json', {
    refusal: 'Send the body as application/json in UTF-8.',
    parse: (bytes) => (bytes.length > 0 ? parseJson(bytes) : undefined),
  });
}

export interface BodyOptions {
  /** What to say to whoever sends another type. */
  refusal: string;
  parse: (bytes: Uint8Array) => unknown;
}

/**
 * Reads a body of one media type, at most 16 KiB of it, with whatever parameters: JSON and forms have none that say
 * anything (RFC 8259, 11; WHATWG URL), and clients send `charset=utf8` and `odata=verbose`.
 *
 * @returns middlewares that throw {Problem} 413 `body_too_large`, 415 `unsupported_media_type`, and what `parse` does.
 */
export function bodyOfType(type: string, { refusal, parse }: BodyOptions): RequestHandler[] {
  const isOfType = ({ headers }: IncomingMessage) =>
    headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === type;
  const refuseOtherTypes: RequestHandler = function refuseOtherTypes(req, _res, next) {
    const hasBody = Number(req.get('content-length') ?? 0) > 0 || req.get('transfer-encoding') !== undefined;
    const reads = req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS';
    if (!reads && hasBody && !isOfType(req)) throw new Problem('unsupported_media_type', refusal);
    next();
  };
  const readBytes = express.raw({ limit: bodyLimitBytes, inflate: false, type: isOfType });
  const parseBody: RequestHandler = function parseBody(req, _res, next) {
    const bytes: unknown = req.body;
    if (bytes instanceof Uint8Array) req.body = parse(bytes);
    next();
  };
  return [refuseOtherTypes, readBytes, parseBody];
}
