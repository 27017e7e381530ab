export type JsonObject = Record<string, unknown>;

/**
 * The shape in which an HTTP request reached the function, and so the shape its answer needs.
 * `payload-1` is API Gateway REST and HTTP API payload 1.0, `payload-2` is HTTP API payload 2.0 and function
 * URLs, the other two are an Application Load Balancer without and with multi-value headers.
 */
export type EventSource = 'payload-1' | 'payload-2' | 'alb' | 'alb-multi-value';

/** Tells whether a value is a JSON object: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Gives the object at `key`, or an empty one where the event has none, so that reading on is safe. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return isObject(value) ? value : {};
}

/** Gives the non-empty string at `key`, or undefined. */
export function textAt(parent: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(parent, key) ? parent[key] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Tells which HTTP source made an event.
 * @throws Error for every other event (queue, schedule, warm-up ping, authorizer, WebSocket), naming its keys
 * and none of its values: running such an event as `GET /` would hide a wrong trigger.
 */
export function eventSource(event: unknown): EventSource {
  const source = isObject(event) ? httpSource(event) : undefined;
  if (source === undefined) {
    throw new Error(
      `not an HTTP event: expected API Gateway, function URL or load balancer; got ${describe(event)}`,
    );
  }
  return source;
}

function httpSource(event: JsonObject): EventSource | undefined {
  const requestContext = objectAt(event, 'requestContext');
  if (isAuthorizerEvent(event)) return undefined;
  if (isObject(requestContext.elb)) {
    return isObject(event.multiValueHeaders) ? 'alb-multi-value' : 'alb';
  }
  if (event.version === '2.0') return isObject(requestContext.http) ? 'payload-2' : undefined;
  const named = typeof event.httpMethod === 'string' && typeof event.path === 'string';
  const described = isObject(event.requestContext) && ('httpMethod' in event || 'path' in event);
  return named || described ? 'payload-1' : undefined;
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
