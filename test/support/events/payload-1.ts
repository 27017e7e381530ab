import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import httpApi from './http-api-1.json' with { type: 'json' };
import type { WireRequest } from './request.ts';
import rest from './rest.json' with { type: 'json' };

/** A REST API: `path` has no stage, `requestContext.path` has it. */
export function restEvent(wire: WireRequest): APIGatewayProxyEvent {
  return restWith(wire, wire.path, rest.requestContext.domainName, wire.binaryBody);
}

/**
 * A REST API on a custom domain with a base path, which both paths carry, and whose binary media types are all
 * types: then every body comes as base64.
 */
export function restBasePathEvent(wire: WireRequest): APIGatewayProxyEvent {
  return restWith(wire, `/${wire.stage}${wire.path}`, 'api.example.com', wire.body.length > 0);
}

function restWith(
  wire: WireRequest,
  path: string,
  domainName: string,
  base64: boolean,
): APIGatewayProxyEvent {
  const { route, pathParameters } = matchedRoute(wire);
  return {
    ...rest,
    ...requestFields({ ...wire, headers: restHeaders(wire) }),
    resource: route,
    path,
    pathParameters,
    requestContext: {
      ...rest.requestContext,
      authorizer: null,
      httpMethod: wire.method,
      identity: { ...rest.requestContext.identity, sourceIp: wire.ip, userAgent: wire.userAgent },
      path: `/${wire.stage}${wire.path}`,
      stage: wire.stage,
      domainName,
      domainPrefix: domainName.split('.')[0],
      requestId: randomUUID(),
      resourcePath: route,
    },
    ...bodyFields(wire, base64),
  };
}

/** An HTTP API with payload 1.0 on its `$default` stage. */
export function httpApi1Event(wire: WireRequest): APIGatewayProxyEvent {
  const { route, pathParameters } = matchedRoute(wire);
  const event = {
    ...httpApi,
    ...requestFields(wire),
    resource: route,
    path: wire.path,
    pathParameters,
    requestContext: {
      ...httpApi.requestContext,
      httpMethod: wire.method,
      identity: { ...httpApi.requestContext.identity, sourceIp: wire.ip, userAgent: wire.userAgent },
      path: wire.path,
      requestId: requestId(),
      resourcePath: route,
    },
    ...bodyFields(wire, wire.binaryBody),
  };
  // The types know only REST APIs, which have a resource id and API keys as well.
  return event as unknown as APIGatewayProxyEvent;
}

function bodyFields({ body }: WireRequest, base64: boolean) {
  const text = body.length > 0 ? body.toString(base64 ? 'base64' : 'utf8') : null;
  return { body: text, isBase64Encoded: base64 };
}

function matchedRoute(wire: WireRequest) {
  const greedy = wire.path.slice(1);
  return greedy === ''
    ? { route: '/', pathParameters: null }
    : { route: '/{proxy+}', pathParameters: { proxy: greedy } };
}

/** What all of payload 1.0 has of a request: of repeated names the last value, and all of them. */
function requestFields(wire: WireRequest) {
  const headers = forwarded(wire);
  const query = new Map<string, string[]>();
  for (const [key, value] of wire.query) query.set(key, [...(query.get(key) ?? []), value]);
  return {
    httpMethod: wire.method,
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size > 0 ? lastValues([...query]) : null,
    multiValueQueryStringParameters: query.size > 0 ? Object.fromEntries(query) : null,
  };
}

export function lastValues(many: [name: string, values: string[]][]): Record<string, string> {
  return Object.fromEntries(many.map(([name, values]) => [name, values.at(-1) ?? '']));
}

/** Adds what every gateway adds: the client's address after what the client claimed, port and scheme. */
export function forwarded(wire: WireRequest, scheme = 'https'): [name: string, values: string[]][] {
  const names = ['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'];
  const spell = (name: string) => wire.headers.find(([sent]) => sent.toLowerCase() === name)?.[0] ?? name;
  const claimed = wire.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-for')?.[1] ?? [];
  return [
    ...wire.headers.filter(([name]) => !names.includes(name.toLowerCase())),
    [spell('x-forwarded-for'), [[...claimed, wire.ip].join(', ')]],
    [spell('x-forwarded-port'), [scheme === 'https' ? '443' : '80']],
    [spell('x-forwarded-proto'), [scheme]],
  ];
}

/** A REST API keeps the spelling of names, which in HTTP/1.1 is mostly this, and drops Content-Length. */
function restHeaders(wire: WireRequest): [name: string, values: string[]][] {
  return wire.headers
    .filter(([name]) => name !== 'content-length')
    .map(([name, values]) => [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), values]);
}

/** An id as HTTP APIs make them. */
export function requestId(): string {
  return `${randomUUID().replaceAll('-', '').slice(0, 15)}=`;
}
