import type { IncomingMessage } from 'node:http';
import express, { type Request, type RequestHandler } from 'express';
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
function jsonBody(): RequestHandler[] {
  return bodyOfType('application/json', {
    refusal: 'Send the body as application/json in UTF-8.',
    parse: (bytes) => (bytes.length > 0 ? parseJson(bytes) : undefined),
  });
}

const formType = 'application/x-www-form-urlencoded';

/**
 * Reads what a form sends, at most 16 KiB of it, and nothing else.
 *
 * Fields that were left empty are left out, as optional fields are in JSON. Browsers send this type across origins
 * without asking first; the cross-origin check in front of it is what holds (OWASP ASVS 3.5.1).
 */
export function formBody(): RequestHandler[] {
  return bodyOfType(formType, {
    refusal: `Send the form as ${formType}.`,
    parse: (bytes) => fieldsOf(text(bytes)),
  });
}

/** {@link jsonBody}, but {@link formBody} of requests to addresses where other sites post forms. */
export function jsonBodyOrForm(isForm: (req: Request) => boolean): RequestHandler[] {
  const only = (wanted: boolean, handler: RequestHandler): RequestHandler =>
    function readBody(req, res, next) {
      if (isForm(req) === wanted) handler(req, res, next);
      else next();
    };
  return [...jsonBody().map((each) => only(false, each)), ...formBody().map((each) => only(true, each))];
}

interface BodyOptions {
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
function bodyOfType(type: string, { refusal, parse }: BodyOptions): RequestHandler[] {
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

/** Each field once, in UTF-8 (WHATWG URL, "application/x-www-form-urlencoded parsing", but strict). */
function fieldsOf(text: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const pair of text.split('&').filter((each) => each !== '')) {
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    if (fields.has(name)) throw malformed('The form has the same field twice.');
    fields.set(name, at < 0 ? '' : decode(pair.slice(at + 1)));
  }
  return Object.fromEntries([...fields].filter(([, value]) => value !== ''));
}

/** Browsers escape whatever is not ASCII; other clients may send it as it is. */
function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The form is not valid UTF-8.');
  }
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    throw malformed('The form is not valid UTF-8.');
  }
}

function malformed(detail: string): Problem {
  return new Problem('malformed_body', detail);
}
