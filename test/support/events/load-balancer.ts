import type { ALBEvent } from 'aws-lambda';
import alb from './alb.json' with { type: 'json' };
import { forwarded, lastValues } from './payload-1.ts';
import type { WireRequest } from './request.ts';

/** A load balancer's target group without multi-value headers: of repeated names only the last value. */
export function albEvent(wire: WireRequest): ALBEvent {
  const { headers, query } = sent(wire);
  return {
    ...alb,
    ...requestFields(wire),
    headers: lastValues(headers),
    queryStringParameters: lastValues(query),
  };
}

/** A load balancer's target group with multi-value headers: lists, and nothing else. */
export function albMultiEvent(wire: WireRequest): ALBEvent {
  const { headers, query } = sent(wire);
  const { headers: _single, queryStringParameters: _last, ...event } = alb;
  return {
    ...event,
    ...requestFields(wire),
    multiValueHeaders: Object.fromEntries(headers),
    multiValueQueryStringParameters: Object.fromEntries(query),
  };
}

/** Keys and values of the query stay percent-encoded here. */
function sent(wire: WireRequest) {
  const query = new Map<string, string[]>();
  for (const pair of wire.query) {
    const [key, value] = pair.map(encodeURIComponent) as [string, string];
    query.set(key, [...(query.get(key) ?? []), value]);
  }
  return { headers: forwarded(wire, wire.scheme), query: [...query] };
}

function requestFields(wire: WireRequest) {
  const base64 = wire.binaryBody;
  return {
    httpMethod: wire.method,
    path: wire.path,
    body: wire.body.toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
  };
}
