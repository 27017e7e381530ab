import { answerParts, cookieLists } from './answer-parts.ts';
import { encodePath } from './encode-url.ts';
import { isObject, type JsonObject, objectAt, textAt } from './event.ts';
import type { EventSource } from './event-source.ts';
import { queryPairs } from './query-pairs.ts';
import { withoutPrefix } from './without-prefix.ts';

/**
 * API Gateway REST, and HTTP API with payload 1.0.
 *
 * The query comes decoded, so it is encoded anew, in which a space becomes `+`.
 */
export const payload1: EventSource = {
  recognizes(event) {
    if (event.version === '2.0') return false;
    const named = typeof event.httpMethod === 'string' && typeof event.path === 'string';
    const described = isObject(event.requestContext) && ('httpMethod' in event || 'path' in event);
    return named || described;
  },

  method: (event) => textAt(event, 'httpMethod') ?? textAt(contextOf(event), 'httpMethod'),

  read: (event) => ({
    path: encodePath(withoutPrefix(event, textAt(event, 'path'))),
    query: new URLSearchParams(queryPairs(event)).toString(),
    ip: textAt(objectAt(contextOf(event), 'identity'), 'sourceIp'),
    secure: true,
  }),

  answer(answer) {
    const { statusCode, headers, body } = answerParts(answer);
    return { statusCode, headers, multiValueHeaders: cookieLists(answer), ...body };
  },
};

function contextOf(event: JsonObject): JsonObject {
  return objectAt(event, 'requestContext');
}
