import { Problem } from '../../base/problem.ts';
import { isObject, type JsonObject, objectAt } from './event.ts';

export type Header = readonly [name: string, value: string];

/** Headers by lower-case name; without a prototype, so that a header called `__proto__` is only a header. */
export type HeaderMap = Record<string, string | string[]>;

// Of these Node's own server keeps the first and drops the rest.
const KEPT_ONCE = new Set([
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
]);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Lists an event's headers, one entry for each value sent, names in lower case.
 * Values come from `multiValueHeaders` where it has the name, else from `headers` (which, beside the former,
 * holds only the last value); cookies of payload 2.0 come from `cookies`.
 * @throws Problem 422 `invalid_request` for a name or value that no HTTP message can carry.
 */
export function listHeaders(event: JsonObject): Header[] {
  const many = entries(objectAt(event, 'multiValueHeaders'));
  const single = entries(objectAt(event, 'headers'));
  const known = new Set(many.map(([name]) => name));
  const headers = known.size === 0 ? single : [...many, ...single.filter(([name]) => !known.has(name))];
  const cookies = Array.isArray(event.cookies) ? entries({ cookie: event.cookies }) : [];
  return cookies.length === 0 ? headers : [...headers.filter(([name]) => name !== 'cookie'), ...cookies];
}

function entries(source: JsonObject): Header[] {
  const headers: Header[] = [];
  for (const [name, given] of Object.entries(source))
    for (const value of Array.isArray(given) ? given : [given])
      if (value != null) headers.push([headerName(name), headerValue(value)]);
  return headers;
}

function headerName(name: string): string {
  if (!TOKEN.test(name)) throw new Problem('invalid_request', 'A header has a name that is not valid.');
  return name.toLowerCase();
}

function headerValue(value: unknown): string {
  if (isObject(value) || Array.isArray(value) || hasControlCharacter(String(value))) {
    throw new Problem('invalid_request', 'A header has a value that is not valid.');
  }
  return withoutBlanksAround(String(value));
}

/** Without the spaces and tabs around it, each looked at once however many stand in the middle. */
function withoutBlanksAround(text: string): string {
  const isBlank = (at: number) => text[at] === ' ' || text[at] === '\t';
  let from = 0;
  let to = text.length;
  while (isBlank(from)) from += 1;
  while (to > from && isBlank(to - 1)) to -= 1;
  return text.slice(from, to);
}

/** Line breaks, NUL and their like; the tab is allowed (RFC 9110, 5.5). */
function hasControlCharacter(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** Joins headers of one name as Node's server does: cookies by `; `, lists by `, `, singletons not at all. */
export function joinHeaders(headers: readonly Header[]): HeaderMap {
  const joined: HeaderMap = Object.create(null);
  for (const [name, value] of headers) {
    const before = joined[name];
    if (name === 'set-cookie') joined[name] = [...(Array.isArray(before) ? before : []), value];
    else if (before === undefined) joined[name] = value;
    else if (!KEPT_ONCE.has(name)) joined[name] = `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return joined;
}

/** Gives the last entry of a comma-separated header: the one that the nearest proxy wrote. */
export function lastEntry(headers: readonly Header[], name: string): string | undefined {
  const value = headers.findLast((header) => header[0] === name)?.[1];
  return value?.split(',').at(-1)?.trim();
}
