import { isIP } from 'node:net';
import type { Context } from 'aws-lambda';
import { Problem } from '../../base/problem.ts';
import { type EventSource, type JsonObject, objectAt, textAt } from './event-source.ts';
import { type Header, lastEntry, listHeaders } from './read-headers.ts';
import { readPath } from './read-path.ts';
import { readQuery } from './read-query.ts';

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
export function readEvent(source: EventSource, event: JsonObject): HttpRequest {
  const received = listHeaders(event);
  const query = readQuery(source, event);
  const body = readBody(event);
  return {
    method: readMethod(source, event),
    url: readPath(source, event) + (query === '' ? '' : `?${query}`),
    headers: framed(received, body),
    body,
    ip: readIp(source, event, received),
    secure: isLoadBalancer(source)
      ? lastEntry(received, 'x-forwarded-proto')?.toLowerCase() === 'https'
      : true,
  };
}

/**
 * Gives the id under which AWS knows the request, for logs and answers.
 * A load balancer's event has none, so Lambda's own is taken; a client's X-Request-Id never is.
 */
export function readRequestId(event: JsonObject, context: Context | undefined): string | undefined {
  const id = textAt(objectAt(event, 'requestContext'), 'requestId') ?? context?.awsRequestId;
  return typeof id === 'string' && /^[\w.:=+/-]{1,128}$/.test(id) ? id : undefined;
}

/** In capitals, so that a check of `req.method` and the router, which ignores case, mean the same. */
function readMethod(source: EventSource, event: JsonObject): string {
  const method = givenMethod(source, event);
  if (!/^[!#$%&'*+.^_`|~0-9A-Z-]+$/.test(method)) {
    throw new Problem('invalid_request', 'The request has no valid method.');
  }
  return method;
}

function givenMethod(source: EventSource, event: JsonObject): string {
  const requestContext = objectAt(event, 'requestContext');
  const given =
    source === 'payload-2'
      ? textAt(objectAt(requestContext, 'http'), 'method')
      : (textAt(event, 'httpMethod') ?? textAt(requestContext, 'httpMethod'));
  return given?.toUpperCase() ?? '';
}

/** Tells whether an event asks for the head of an answer alone. */
export function asksForHead(source: EventSource, event: JsonObject): boolean {
  return givenMethod(source, event) === 'HEAD';
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

/**
 * API Gateway and function URLs say in the request context who connected. A load balancer appends it to
 * X-Forwarded-For (its default, `routing.http.xff_header_processing.mode` = `append`): the last entry is its
 * own, with a port where it is told to add one, and every earlier one is the client's claim.
 */
function readIp(source: EventSource, event: JsonObject, headers: Header[]): string | undefined {
  if (isLoadBalancer(source)) return address(lastEntry(headers, 'x-forwarded-for'));
  const requestContext = objectAt(event, 'requestContext');
  return address(textAt(objectAt(requestContext, source === 'payload-2' ? 'http' : 'identity'), 'sourceIp'));
}

function address(given: string | undefined): string | undefined {
  const bare = given?.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
  return bare !== undefined && isIP(bare) > 0 ? bare : undefined;
}

function isLoadBalancer(source: EventSource): boolean {
  return source === 'alb' || source === 'alb-multi-value';
}
