import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, LambdaFunctionURLEvent } from 'aws-lambda';
import functionUrl from './function-url.json' with { type: 'json' };
import httpApi from './http-api-2.json' with { type: 'json' };
import { forwarded, requestId } from './payload-1.ts';
import type { WireRequest } from './request.ts';

/** An HTTP API on its `$default` stage. */
export function httpApi2Event(wire: WireRequest): APIGatewayProxyEventV2 {
  return httpApiWith(wire, wire.path, '$default');
}

/** An HTTP API on a named stage, which the path carries. */
export function httpApi2StageEvent(wire: WireRequest): APIGatewayProxyEventV2 {
  return httpApiWith(wire, `/${wire.stage}${wire.path}`, wire.stage);
}

function httpApiWith(wire: WireRequest, path: string, stage: string): APIGatewayProxyEventV2 {
  // Escapes arrive undone here, unlike at a function URL.
  const rawPath = decoded(path);
  const requestContext = {
    ...httpApi.requestContext,
    http: { ...httpApi.requestContext.http, ...httpFields(wire), path: rawPath },
    requestId: requestId(),
    stage,
  };
  const { headers, ...fields } = requestFields(wire);
  const { cookie: _inCookies, ...others } = headers;
  return { ...httpApi, ...fields, headers: others, rawPath, requestContext };
}

/** A function URL, which has the cookies in `headers` too. */
export function functionUrlEvent(wire: WireRequest): LambdaFunctionURLEvent {
  const requestContext = {
    ...functionUrl.requestContext,
    http: { ...functionUrl.requestContext.http, ...httpFields(wire), path: wire.path },
    requestId: randomUUID(),
  };
  const event = { ...functionUrl, ...requestFields(wire), rawPath: wire.path, requestContext };
  // The types do not know that `authentication` is null.
  return event as unknown as LambdaFunctionURLEvent;
}

function httpFields({ method, ip, userAgent }: WireRequest) {
  return { method, sourceIp: ip, userAgent };
}

/** What all of payload 2.0 has of a request; what is empty is left out. */
function requestFields(wire: WireRequest) {
  const query = new Map<string, string>();
  for (const [key, value] of wire.query)
    query.set(key, query.has(key) ? `${query.get(key)},${value}` : value);
  const base64 = wire.binaryBody;
  return {
    rawQueryString: wire.rawQuery,
    headers: Object.fromEntries(
      forwarded(wire).map(([name, values]) => [name, values.join(name === 'cookie' ? '; ' : ',')]),
    ),
    ...(wire.cookies.length > 0 && { cookies: wire.cookies }),
    ...(wire.query.length > 0 && { queryStringParameters: Object.fromEntries(query) }),
    ...(wire.body.length > 0 && { body: wire.body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: base64,
  };
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
