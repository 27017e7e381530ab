import { bareAddress } from '../../base/bare-address.ts';
import { Problem } from '../../base/problem.ts';
import type { JsonObject } from './event.ts';
import type { EventSource } from './event-source.ts';
import { type Header, listHeaders } from './read-headers.ts';

/** A request, the same from whatever source it came. */
export type HttpRequest = {
  method: string;
  /** Path and query, percent-encoded. */
  url: string;
  headers: Header[];
  body: Buffer;
  ip: string | undefined;
  /** Whether the client used TLS. */
  secure: boolean;
};

/**
 * Reads the request out of an event, which stays untouched.
 * @throws Problem 422 `invalid_request` or 400 `malformed_body` where the event carries what no request can.
 */
export function readRequest(source: EventSource, event: JsonObject): HttpRequest {
  const received = listHeaders(event);
  const body = readBody(event);
  const { path, query, ip, secure } = source.read(event, received);
  return {
    method: readMethod(source, event),
    url: path + (query === '' ? '' : `?${query}`),
    headers: framed(received, body),
    body,
    ip: bareAddress(ip),
    secure,
  };
}

/** In capitals, so that a check of `req.method` and the router, which ignores case, mean the same. */
function readMethod(source: EventSource, event: JsonObject): string {
  const method = source.method(event)?.toUpperCase() ?? '';
  if (!/^[!#$%&'*+.^_`|~0-9A-Z-]+$/.test(method)) {
    throw new Problem('invalid_request', 'The request has no valid method.');
  }
  return method;
}

/** Tells whether an event asks for the head of an answer alone. */
export function asksForHead(source: EventSource, event: JsonObject): boolean {
  return source.method(event)?.toUpperCase() === 'HEAD';
}

function readBody(event: JsonObject): Buffer {
  const { body } = event;
  if (body == null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, event.isBase64Encoded === true ? 'base64' : 'utf8');
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Problem('malformed_body', 'The body is neither text nor bytes.');
}

/**
 * The body is here whole, so that its framing says nothing any more. A length that is not its own says that
 * something on the way read another body than we do, and the request is refused (request smuggling, RFC 9112, 11.2).
 */
function framed(headers: Header[], body: Buffer): Header[] {
  const isOwnLength = (value: string) => /^\d+$/.test(value) && Number(value) === body.length;
  if (headers.some(([name, value]) => name === 'content-length' && !isOwnLength(value)))
    throw new Problem('malformed_body', 'Content-Length is not the length of the body.');
  const kept = headers.filter(([name]) => name !== 'content-length' && name !== 'transfer-encoding');
  return body.length === 0 ? kept : [...kept, ['content-length', String(body.length)]];
}
