import { describe, expect, test } from 'vitest';
import { httpHandler, lambdaRequest } from '../../lib/aws/http-handler.ts';
import { currentRequest } from '../../lib/base/request.ts';
import { type Echo, echoApp } from '../support/events/echo-app.ts';
import { testContext } from '../support/events/test-context.ts';
import { eventSource } from '../support/events.ts';

type Json = Record<string, unknown>;

const logged: unknown[] = [];
const log = {
  warn: (...line: unknown[]) => logged.push(line),
  error: (...line: unknown[]) => logged.push(line),
};
const handler = httpHandler(echoApp(), { log });
const http2 = eventSource('HTTP API, payload 2.0');
const rest = eventSource('REST API');
const alb = eventSource('load balancer');
const albMulti = eventSource('load balancer, multi-value headers');

/** The event of `GET /echo` with some of its fields changed, those of `requestContext` one by one. */
function changed(source: typeof http2, { requestContext, ...fields }: Json): Json {
  const event = source.event({ path: '/echo' }) as Json;
  const context = { ...(event.requestContext as Json), ...(requestContext as Json) };
  return { ...event, ...fields, requestContext: context };
}

async function answerTo(event: unknown) {
  const { statusCode, body, headers } = await handler(event, testContext());
  return { status: statusCode, body, headers };
}

const echoOf = async (event: unknown): Promise<Echo> => JSON.parse((await answerTo(event)).body);

describe('the prefix under which an API is published', () => {
  const custom = { domainName: 'api.example.com' };
  const generated = { domainName: 'id.execute-api.us-east-1.amazonaws.com' };
  const payload1 = (resource: string, proxy: string | null, path: string, requestContext: Json) =>
    changed(rest, {
      resource,
      path,
      pathParameters: proxy === null ? null : { proxy },
      requestContext: { ...custom, resourcePath: resource, path, stage: 'dev', ...requestContext },
    });
  const payload2 = (routeKey: string, proxy: string | null, rawPath: string, requestContext: Json = {}) =>
    changed(http2, {
      routeKey,
      rawPath,
      ...(proxy === null ? {} : { pathParameters: { proxy } }),
      requestContext: { ...generated, routeKey, http: { method: 'GET', path: rawPath }, ...requestContext },
    });
  const dev = { stage: 'dev' };

  test.each<[string, Json, string]>([
    ['a REST API', payload1('/{proxy+}', 'echo', '/echo', { path: '/dev/echo', ...generated }), '/echo'],
    ['a base path', payload1('/{proxy+}', 'echo', '/v1/echo', {}), '/echo'],
    ['a base path of two segments', payload1('/{proxy+}', 'echo', '/v1/shop/echo', {}), '/echo'],
    ['a base path, a literal resource', payload1('/echo', null, '/v1/echo', {}), '/echo'],
    [
      'a base path, a trailing slash that the parameter lacks',
      payload1('/{proxy+}', 'echo', '/v1/echo/', {}),
      '/echo/',
    ],
    [
      'a base path, the parameter with a slash before it',
      payload1('/{proxy+}', '/echo', '/v1/echo', {}),
      '/echo',
    ],
    ['a base path, escapes', payload1('/echo/{proxy+}', 'a b', '/v1/echo/a%20b', {}), '/echo/a%20b'],
    ['a base path, the root', payload1('/', null, '/v1', {}), '/'],
    ['an HTTP API’s stage', payload2('ANY /{proxy+}', 'echo', '/dev/echo', dev), '/echo'],
    ['an HTTP API’s stage, a literal route', payload2('GET /echo', null, '/dev/echo', dev), '/echo'],
    ['an HTTP API’s stage, the default route', payload2('$default', null, '/dev/echo', dev), '/echo'],
    [
      'an HTTP API’s stage on a custom domain',
      payload2('$default', null, '/dev/echo', { ...dev, ...custom }),
      '/echo',
    ],
    ['an HTTP API’s stage, the root', payload2('GET /', null, '/dev/', dev), '/'],
    ['an HTTP API’s stage, the root without a slash', payload2('$default', null, '/dev', dev), '/'],
    [
      'an HTTP API’s stage with payload 1.0',
      { ...payload1('$default', null, '/dev/echo', {}), version: '1.0' },
      '/echo',
    ],
    ['a mapping of the default stage', payload2('ANY /{proxy+}', 'echo', '/v1/echo', custom), '/echo'],
  ])('is taken off: %s', async (_what, event, path) => {
    expect((await echoOf(event)).path ?? '/').toBe(path);
  });

  test.each<[string, Json]>([
    [
      'a REST route called like the stage',
      payload1('/{proxy+}', 'dev/outbox', '/dev/outbox', { path: '/dev/dev/outbox', ...generated }),
    ],
    ['the same, the route not told', payload1('/{proxy+}', null, '/dev/outbox', { path: '/dev/dev/outbox' })],
    ['the same on a custom domain', payload1('/{proxy+}', 'dev/outbox', '/dev/outbox', {})],
    ['the same, literal', payload1('/dev/outbox', null, '/dev/outbox', {})],
    ['an HTTP API’s route called like the stage', payload2('GET /dev/outbox', null, '/dev/outbox', dev)],
    ['the same under the stage', payload2('$default', null, '/dev/dev/outbox', dev)],
    ['the default stage', payload2('$default', null, '/dev/outbox')],
    [
      'a function URL',
      payload2('$default', null, '/dev/outbox', { domainName: 'x.lambda-url.us-west-2.on.aws' }),
    ],
    ['a load balancer', { ...changed(alb, {}), path: '/dev/outbox' }],
  ])('is not seen where there is none: %s', async (_what, event) => {
    expect(await answerTo(event)).toMatchObject({ status: 200, body: '{"outbox":true}' });
  });

  test.each([
    ['the stage is only the beginning of a segment', payload2('$default', null, '/developers/echo', dev)],
    ['the stage comes later', payload2('$default', null, '/echos/dev/echo', dev)],
    ['the route is the root and more than a base path stands before it', payload1('/', null, '/a/echo', {})],
    ['the fields contradict each other', payload1('/{proxy+}', 'other', '/v1/echo', { path: '/dev/x' })],
  ])('is left where %s', async (_what, event) => {
    expect((await answerTo(event)).status).toBe(404);
  });
});

describe('the address of the client', () => {
  const claimed = '10.6.6.6, 127.0.0.1';
  test.each([
    ['the last of several', { 'x-forwarded-for': `${claimed}, 198.51.100.9` }, '198.51.100.9'],
    ['without its port', { 'x-forwarded-for': `${claimed}, 198.51.100.9:54321` }, '198.51.100.9'],
    ['IPv6', { 'x-forwarded-for': '2001:db8::7' }, '2001:db8::7'],
    ['IPv6 with a port', { 'x-forwarded-for': '[2001:db8::7]:443' }, '2001:db8::7'],
    ['absent at a health check', {}, undefined],
    ['absent where it is none', { 'x-forwarded-for': 'unknown' }, undefined],
    ['absent where the last is empty', { 'x-forwarded-for': '198.51.100.9,' }, undefined],
  ])('from a load balancer is %s', async (_what, headers, expected) => {
    const { ip, remoteAddress, lambdaIp } = await echoOf({ ...changed(alb, {}), headers });

    expect([ip, remoteAddress, lambdaIp]).toEqual([expected, expected, expected]);
  });

  test('is in the last of several X-Forwarded-For headers', async () => {
    const multiValueHeaders = { 'X-Forwarded-For': ['10.6.6.6', '127.0.0.1, 198.51.100.9'] };

    expect((await echoOf(changed(albMulti, { multiValueHeaders }))).ip).toBe('198.51.100.9');
  });

  test.each([
    ['undefined', undefined],
    ['no address', 'test-invoke-source-ip'],
  ])('is unknown where API Gateway says %s', async (_what, sourceIp) => {
    const headers = { 'x-forwarded-for': '10.6.6.6' };

    const one = await echoOf(changed(rest, { headers, requestContext: { identity: { sourceIp } } }));
    const two = await echoOf(
      changed(http2, { headers, requestContext: { http: { method: 'GET', sourceIp } } }),
    );

    expect([one.ip, one.remoteAddress, two.ip, two.remoteAddress]).toEqual(Array(4).fill(undefined));
  });
});

describe('what only raw events show', () => {
  test.each([
    ['as sent', 'a=1+1&b=%zz&c&c=%20&=x&a=2', '/echo?a=1+1&b=%zz&c&c=%20&=x&a=2'],
    ['escaped where it is no query', 'a=é b#c\n', '/echo?a=%C3%A9%20b%23c%0A'],
  ])('a raw query string is %s', async (_what, rawQueryString, url) => {
    expect((await echoOf(changed(http2, { rawQueryString }))).url).toBe(url);
  });

  test('a load balancer’s pairs stay encoded as the client encoded them', async () => {
    const queryStringParameters = { a: '1+1', 'k%26': '%26%3D', bad: '%zz', raw: 'x&y z' };

    const { url, query } = await echoOf(changed(alb, { queryStringParameters }));

    expect(url).toBe('/echo?a=1+1&k%26=%26%3D&bad=%zz&raw=x%26y%20z');
    expect(query).toEqual({ a: '1 1', 'k&': '&=', bad: '%zz', raw: 'x&y z' });
  });

  test('cookies of payload 2.0 count once where the headers have them too', async () => {
    const both = { cookies: ['a=1', 'b=2'], headers: { Cookie: 'a=1; b=2' } };
    const headersOnly = { headers: { Cookie: 'a=1; b=2' } };

    expect((await echoOf(changed(http2, both))).headers.cookie).toBe('a=1; b=2');
    expect((await echoOf(changed(http2, headersOnly))).headers.cookie).toBe('a=1; b=2');
  });

  test('headers spelt differently are one', async () => {
    const headers = {
      Cookie: 'a=1',
      cookie: 'b=2',
      'Content-Type': 'text/a',
      'content-type': 'text/b',
      'X-A': ' \t1',
      'x-a': '2 ',
    };

    const echo = await echoOf(changed(alb, { headers }));

    expect(echo.headers).toEqual({ cookie: 'a=1; b=2', 'content-type': 'text/a', 'x-a': '1, 2' });
  });

  test('a header may be called like a property of every object', async () => {
    const headers = JSON.parse('{"__proto__": "polluted", "constructor": "x", "x-a": "1"}');
    const single = await handler(changed(alb, { headers }), testContext());
    const many = { multiValueHeaders: JSON.parse('{"__proto__": ["polluted"], "toString": ["x"]}') };

    expect(JSON.parse(single.body).headers).toMatchObject({ constructor: 'x', 'x-a': '1' });
    expect((await answerTo(changed(albMulti, many))).status).toBe(200);
    expect(({} as Json).polluted).toBeUndefined();
  });

  test('a method in small letters is the same method', async () => {
    expect((await echoOf(changed(rest, { httpMethod: 'patch' }))).method).toBe('PATCH');
  });

  test.each([null, undefined])('headers, query and body may be %s', async (none) => {
    const fields = { headers: none, multiValueHeaders: none, body: none, queryStringParameters: none };

    for (const source of [http2, rest, alb, albMulti]) {
      expect((await answerTo(changed(source, fields))).status).toBe(200);
    }
  });

  test.each([
    ['', '/'],
    ['echo', '/echo'],
    ['http://evil.example/echo', '/http://evil.example/echo'],
    ['/a?b=c#d', '/a%3Fb=c%23d'],
    ['/100%', '/100%25'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/a b\tc\n\0', '/a%20b%09c%0A%00'],
  ])('the path %j ends in no failure', async (path, url) => {
    let seen = '';
    const spy = httpHandler((req, res) => {
      seen = req.url ?? '';
      res.end();
    });

    for (const event of [
      changed(rest, { path, pathParameters: null }),
      changed(alb, { path }),
      changed(http2, { rawPath: path, requestContext: { http: { method: 'GET' } } }),
    ]) {
      await spy(event, testContext());
      expect(seen).toBe(url);
      expect((await answerTo(event)).status).toBeLessThan(500);
    }
  });

  test('a body may be bytes', async () => {
    const fields = { httpMethod: 'POST', path: '/bytes', body: Buffer.from([0, 255]) };

    expect(JSON.parse((await answerTo(changed(alb, fields))).body)).toEqual({ hex: '00ff', length: '2' });
  });

  test('a compressed answer goes as base64 even where it looks like text', async () => {
    const app = httpHandler((_req, res) => res.writeHead(200, { 'Content-Encoding': 'x-none' }).end('ascii'));

    const result = await app(changed(http2, {}), testContext());

    expect(result).toMatchObject({ body: Buffer.from('ascii').toString('base64'), isBase64Encoded: true });
  });

  test('an answer that has left stays as it is, in an app without Express too', async () => {
    let thrown: unknown;
    const app = httpHandler((_req, res) => {
      res.end('whole');
      res.statusCode = 500;
      try {
        res.setHeader('set-cookie', 'late=1');
      } catch (error) {
        thrown = error;
      }
    });

    const result = await app(changed(http2, {}), testContext());

    expect(result).toMatchObject({ statusCode: 200, body: 'whole', cookies: [] });
    expect(thrown).toMatchObject({ code: 'ERR_HTTP_HEADERS_SENT' });
  });

  test.each(['a\r\nb', 'a b', 'x'.repeat(129), '', 7, null])(
    'an id that AWS would not give is replaced: %j',
    async (id) => {
      const { requestId } = await echoOf(changed(http2, { requestContext: { requestId: id } }));

      expect(requestId).toMatch(/^[\w-]{36}$/);
    },
  );

  test('the request runs in a context of its own, under the same id', async () => {
    const event = changed(http2, {});
    let id: string | undefined;
    const app = httpHandler(async (_req, res) => {
      await new Promise(setImmediate);
      id = currentRequest()?.requestId;
      res.end();
    });

    await app(event, testContext());

    expect(id).toBe((event.requestContext as Json).requestId);
    expect(currentRequest()).toBeUndefined();
  });

  test('an invocation has no context in a hand-made call', async () => {
    const { statusCode, body } = await handler({ httpMethod: 'GET', path: '/echo' });

    expect([statusCode, JSON.parse(body).requestId]).toEqual([200, expect.stringMatching(/^[\w-]{36}$/)]);
  });

  test('the app finds event and context by the request', async () => {
    const event = changed(rest, {});
    const context = testContext();
    let found: unknown;
    await httpHandler((req, res) => {
      found = lambdaRequest(req);
      res.end();
    })(event, context);

    const { requestId } = event.requestContext as { requestId: string };
    expect(found).toEqual({ requestId, ip: '203.0.113.7', event, context });
  });
});

describe('a request that HTTP cannot carry', () => {
  test.each<[string, Json, number, string]>([
    [
      'no method',
      { httpMethod: undefined, requestContext: { httpMethod: undefined } },
      422,
      'invalid_request',
    ],
    ['an empty method', { httpMethod: '', requestContext: { httpMethod: '' } }, 422, 'invalid_request'],
    ['a method that is no word', { httpMethod: 'GET / HTTP/1.1\r\nX: y' }, 422, 'invalid_request'],
    [
      'a line break in a header',
      { multiValueHeaders: {}, headers: { a: 'b\r\nset-cookie: c=d' } },
      422,
      'invalid_request',
    ],
    ['NUL in a header', { multiValueHeaders: { a: ['b\0'] } }, 422, 'invalid_request'],
    [
      'a header name with a space',
      { multiValueHeaders: {}, headers: { 'a b': 'c' } },
      422,
      'invalid_request',
    ],
    ['an empty header name', { multiValueHeaders: {}, headers: { '': 'c' } }, 422, 'invalid_request'],
    ['an object for a header', { multiValueHeaders: {}, headers: { a: {} } }, 422, 'invalid_request'],
    ['an object for a body', { body: { a: 1 } }, 400, 'malformed_body'],
    ['a number for a body', { body: 1 }, 400, 'malformed_body'],
  ])('is refused without the app: %s', async (_what, fields, status, code) => {
    const event = changed(rest, fields);

    const answer = await answerTo(event);

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': (event.requestContext as Json).requestId,
    });
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank',
      title: status === 400 ? 'Bad Request' : 'Unprocessable Entity',
      status,
      detail: expect.any(String),
      code,
      requestId: (event.requestContext as Json).requestId,
    });
  });

  test('is refused to HEAD without a body', async () => {
    const event = changed(rest, { httpMethod: 'HEAD', multiValueHeaders: { 'a b': ['c'] } });

    expect(await answerTo(event)).toMatchObject({ status: 422, body: '' });
  });
});

describe('an event that is no HTTP event', () => {
  const secret = 'a value that no log may have';
  test.each<[string, unknown, string]>([
    ['a queue’s', { Records: [{ body: secret, eventSource: 'aws:sqs' }] }, 'keys Records'],
    [
      'a schedule’s',
      { version: '0', 'detail-type': secret, source: 'aws.events', detail: {} },
      'keys version, detail-type, source, detail',
    ],
    ['a warm-up ping', { source: 'serverless-plugin-warmup' }, 'keys source'],
    [
      'a WebSocket’s',
      { headers: {}, requestContext: { connectionId: secret, stage: 'dev', domainName: 'x' } },
      'keys headers, requestContext',
    ],
    [
      'an authorizer’s, payload 1.0',
      { type: 'REQUEST', methodArn: secret, path: '/echo', httpMethod: 'GET', requestContext: {} },
      'keys type, methodArn, path',
    ],
    [
      'an authorizer’s, payload 2.0',
      { version: '2.0', type: 'REQUEST', routeArn: secret, requestContext: { http: {} } },
      'keys version, type, routeArn',
    ],
    [
      'a lattice’s',
      { version: '2.0', path: '/echo', method: 'GET', requestContext: { serviceArn: secret } },
      'keys version, path',
    ],
    ['a half of payload 2.0', { version: '2.0', rawPath: '/echo' }, 'keys version, rawPath'],
    ['an empty one', {}, 'an object without keys'],
    ['null', null, 'null'],
    ['undefined', undefined, 'a value of type undefined'],
    ['text', secret, 'a value of type string'],
    ['a list', [{ httpMethod: 'GET', path: '/echo' }], 'an array'],
    [
      'one with many keys',
      Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`key${n}`, secret])),
      'key11, …',
    ],
  ])('rejects the invocation: %s', async (_what, event, named) => {
    const failure: Error = await handler(event, testContext()).then(
      () => expect.unreachable(),
      (error) => error,
    );

    expect(failure.message).toContain(
      'not an HTTP event: expected API Gateway, function URL or load balancer; got ',
    );
    expect(failure.message).toContain(named);
    expect(failure.message).not.toContain(secret);
  });
});
