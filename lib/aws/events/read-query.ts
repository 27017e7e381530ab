import { type EventSource, type JsonObject, objectAt, textAt } from './event-source.ts';
import { percentEncoded } from './percent-encoded.ts';

/**
 * Reads the query string, without its `?`, with every value of a repeated key that the source passes on.
 * Payload 2.0 has it as sent. Payload 1.0 has it decoded, so it is encoded anew, in which a space becomes `+`.
 * A load balancer has it in pairs that are still encoded, and a `+` stays what the client meant by it.
 * Never throws: a lone `%` stays, for the app's parser to take as it is.
 */
export function readQuery(source: EventSource, event: JsonObject): string {
  if (source === 'payload-2') return encodeQuery(textAt(event, 'rawQueryString') ?? '');
  const pairs = listPairs(event);
  if (source === 'payload-1') return new URLSearchParams(pairs).toString();
  return pairs
    .map((pair) => pair.map((part) => encodeQuery(part).replaceAll('&', '%26')).join('='))
    .join('&');
}

function listPairs(event: JsonObject): [key: string, value: string][] {
  const many = objectAt(event, 'multiValueQueryStringParameters');
  const single = objectAt(event, 'queryStringParameters');
  const both = [
    ...Object.entries(many),
    ...Object.entries(single).filter(([key]) => !Object.hasOwn(many, key)),
  ];
  return both.flatMap(([key, given]) => {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    return values
      .filter((value) => value != null && typeof value !== 'object')
      .map((value): [string, string] => [key, String(value)]);
  });
}

/** Escapes what may not stand in a query (RFC 3986, 3.4); what is escaped already stays so. */
function encodeQuery(query: string): string {
  return query.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]|]/gu, percentEncoded);
}
