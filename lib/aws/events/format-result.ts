import { isUtf8 } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { EventSource } from './event-source.ts';

/** What the app answered. Header names are in lower case and Set-Cookie is not among them. */
export type AppAnswer = {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
};

/** What the function returns to Lambda; which of the fields are there depends on the event's source. */
export type LambdaResult = {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
};

// Every source computes these itself; passing them on makes a load balancer answer 502 or a client wait.
const OWN_TO_THE_CONNECTION = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Puts an answer into the form that the event's source reads, no cookie lost, no header named twice. */
export function formatResult(source: EventSource, answer: AppAnswer): LambdaResult {
  const { status: statusCode, cookies } = answer;
  // From entries, so that a header called `__proto__` is only a header.
  const headers = Object.fromEntries(
    Object.entries(answer.headers).filter(([name]) => !OWN_TO_THE_CONNECTION.has(name)),
  );
  const body = formatBody(headers, answer.body);
  const statusDescription = `${statusCode} ${STATUS_CODES[statusCode] ?? 'Unknown'}`;
  switch (source) {
    case 'payload-2':
      return { statusCode, headers, cookies, ...body };
    case 'payload-1':
      return { statusCode, headers, multiValueHeaders: withCookies({}, cookies), ...body };
    case 'alb-multi-value':
      return {
        statusCode,
        statusDescription,
        multiValueHeaders: withCookies(inLists(headers), cookies),
        ...body,
      };
    case 'alb':
      return { statusCode, statusDescription, headers: withCookiesByCase(headers, cookies), ...body };
  }
}

function inLists(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

function withCookies(headers: Record<string, string[]>, cookies: string[]): Record<string, string[]> {
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  return headers;
}

/**
 * A load balancer without multi-value headers takes one value for each name, but tells names apart by case,
 * and clients do not: so each cookie gets a spelling of its own (512 of them).
 */
function withCookiesByCase(headers: Record<string, string>, cookies: string[]): Record<string, string> {
  for (const [index, cookie] of cookies.entries()) headers[spelling('set-cookie', index)] = cookie;
  return headers;
}

/** The name with the letters in capitals that the bits of `index` choose. */
function spelling(name: string, index: number): string {
  let letter = 0;
  return name.replace(/[a-z]/g, (small) => {
    const capital = Math.floor(index / 2 ** letter) % 2 === 1;
    letter += 1;
    return capital ? small.toUpperCase() : small;
  });
}

/** Text goes as it is, everything else as base64: a compressed body, an image, bytes that are not UTF-8. */
function formatBody(
  headers: Record<string, string>,
  body: Buffer,
): { body: string; isBase64Encoded: boolean } {
  const compressed = (headers['content-encoding'] ?? 'identity') !== 'identity';
  const plain = !compressed && isTextType(headers['content-type']) && isUtf8(body);
  return { body: body.toString(plain ? 'utf8' : 'base64'), isBase64Encoded: !plain && body.length > 0 };
}

function isTextType(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^text\/|^application\/(json|javascript|xml|yaml|x-www-form-urlencoded|graphql)$|\+(json|xml|yaml)$/.test(
    type,
  );
}
