import { answerParts } from './answer-parts.ts';
import { encodePath, encodeQuery } from './encode-url.ts';
import { isObject, type JsonObject, objectAt, textAt } from './event.ts';
import type { EventSource } from './event-source.ts';
import { withoutPrefix } from './without-prefix.ts';

/**
 * HTTP API with payload 2.0, and function URLs.
 *
 * The query comes as it was sent.
 */
export const payload2: EventSource = {
  recognizes: (event) => event.version === '2.0' && isObject(objectAt(event, 'requestContext').http),

  method: (event) => textAt(httpOf(event), 'method'),

  read: (event) => ({
    path: encodePath(withoutPrefix(event, textAt(event, 'rawPath') ?? textAt(httpOf(event), 'path'))),
    query: encodeQuery(textAt(event, 'rawQueryString') ?? ''),
    ip: textAt(httpOf(event), 'sourceIp'),
    secure: true,
  }),

  answer(answer) {
    const { statusCode, headers, body } = answerParts(answer);
    return { statusCode, headers, cookies: answer.cookies, ...body };
  },
};

function httpOf(event: JsonObject): JsonObject {
  return objectAt(objectAt(event, 'requestContext'), 'http');
}
