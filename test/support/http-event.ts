/** An HTTP API event, payload 2.0, as lean as serverless-http takes it. */
export function httpEvent(
  method: string,
  path: string,
  options: { cookies?: string[]; body?: object; ip?: string } = {},
) {
  const ip = options.ip ?? '203.0.113.7';
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    cookies: options.cookies ?? [],
    headers: {
      host: 'localhost:3000',
      'user-agent': 'bench',
      // better-auth takes no POST without it.
      ...(method === 'POST' && { origin: 'http://localhost:3000' }),
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': `${Buffer.byteLength(body)}`,
      }),
    },
    requestContext: {
      stage: '$default',
      requestId: 'bench',
      domainName: 'localhost',
      time: '21/Nov/2026:00:00:00 +0000',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: ip, userAgent: 'bench' },
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** A REQUEST authorizer's event, payload 2.0, for the same caller. */
export function authorizerEvent(cookies: string[]) {
  return {
    ...httpEvent('GET', '/example', { cookies }),
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/$default/GET/example',
    identitySource: cookies,
    routeKey: 'GET /example',
    headers: { host: 'localhost:3000', cookie: cookies.join('; ') },
    pathParameters: null,
    stageVariables: null,
  };
}
