import { isObject, type JsonObject } from './event.ts';
import type { EventSource } from './event-source.ts';
import { loadBalancer } from './load-balancer.ts';
import { payload1 } from './payload-1.ts';
import { payload2 } from './payload-2.ts';

/** Every source of HTTP events; the first that recognizes an event takes it. */
const sources: readonly EventSource[] = [loadBalancer, payload2, payload1];

/**
 * Finds the HTTP source that made an event.
 * @throws Error for every other event (queue, schedule, warm-up ping, authorizer, WebSocket), naming its keys
 * and none of its values: running such an event as `GET /` would hide a wrong trigger.
 */
export function findEventSource(event: unknown): { source: EventSource; event: JsonObject } {
  if (isObject(event) && !isAuthorizerEvent(event)) {
    const source = sources.find((each) => each.recognizes(event));
    if (source) return { source, event };
  }
  throw new Error(
    `not an HTTP event: expected API Gateway, function URL or load balancer; got ${describe(event)}`,
  );
}

/** A REQUEST authorizer's event looks like a request, but answering it with a response allows nothing. */
function isAuthorizerEvent(event: JsonObject): boolean {
  return event.type === 'REQUEST' && ('methodArn' in event || 'routeArn' in event);
}

function describe(event: unknown): string {
  if (event === null) return 'null';
  if (Array.isArray(event)) return 'an array';
  if (!isObject(event)) return `a value of type ${typeof event}`;
  const keys = Object.keys(event);
  if (keys.length === 0) return 'an object without keys';
  const shown = keys.slice(0, 12).map((key) => key.slice(0, 40));
  return `keys ${shown.join(', ')}${keys.length > shown.length ? ', …' : ''}`;
}
