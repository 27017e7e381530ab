import { STATUS_CODES } from 'node:http';
import { answerParts, cookieLists } from './answer-parts.ts';
import { encodePath, encodeQuery, withSlash } from './encode-url.ts';
import { isObject, objectAt, textAt } from './event.ts';
import type { EventSource } from './event-source.ts';
import { queryPairs } from './query-pairs.ts';
import { lastEntry } from './read-headers.ts';

/**
 * An Application Load Balancer, with multi-value headers or without.
 *
 * The query comes in pairs that are still encoded, and a `+` stays what the client meant by it. Who connected is
 * appended to X-Forwarded-For (its default, `routing.http.xff_header_processing.mode` = `append`): the last entry is
 * the balancer's own, with a port where it is told to add one, and every earlier one is the client's claim.
 */
export const loadBalancer: EventSource = {
  recognizes: (event) => isObject(objectAt(event, 'requestContext').elb),

  method: (event) => textAt(event, 'httpMethod') ?? textAt(objectAt(event, 'requestContext'), 'httpMethod'),

  read: (event, headers) => ({
    path: encodePath(withSlash(textAt(event, 'path'))),
    query: queryPairs(event)
      .map((pair) => pair.map((part) => encodeQuery(part).replaceAll('&', '%26')).join('='))
      .join('&'),
    ip: lastEntry(headers, 'x-forwarded-for'),
    secure: lastEntry(headers, 'x-forwarded-proto')?.toLowerCase() === 'https',
  }),

  answer(answer, event) {
    const { statusCode, headers, body } = answerParts(answer);
    const status = {
      statusCode,
      statusDescription: `${statusCode} ${STATUS_CODES[statusCode] ?? 'Unknown'}`,
    };
    if (isObject(event.multiValueHeaders))
      return { ...status, multiValueHeaders: { ...inLists(headers), ...cookieLists(answer) }, ...body };
    return { ...status, headers: { ...headers, ...cookiesByCase(answer.cookies) }, ...body };
  },
};

function inLists(headers: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

/**
 * Without multi-value headers it takes one value for each name, but tells names apart by case, and clients do not:
 * so each cookie gets a spelling of its own (512 of them).
 */
function cookiesByCase(cookies: readonly string[]): Record<string, string> {
  return Object.fromEntries(cookies.map((cookie, index) => [spelling('set-cookie', index), cookie]));
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
