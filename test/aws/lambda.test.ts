import { describe, expect, test } from 'vitest';
import { type App, httpHandler } from '../../lib/aws/http-handler.ts';
import { type Echo, echoApp, png } from '../support/events/echo-app.ts';
import {
  type ClientOptions,
  createClient,
  eventSource,
  eventSources,
  testContext,
} from '../support/events.ts';

const quiet = { warn: () => {}, error: () => {} };
const handler = httpHandler(echoApp(), { answerWithinMs: 5000, log: quiet });
const loadBalancers = eventSources.filter(({ name }) => name.startsWith('load balancer'));

describe.each(eventSources)('$name', (source) => {
  const client = (options?: ClientOptions) => createClient(handler, source, options);
  const echoed = async (path: string, options = {}): Promise<Echo> =>
    (await client().get(path, options)).json();
  const oneValueOnly = source.name === 'load balancer';

  describe('the request', () => {
    test('has the method, the path and the query that the client sent', async () => {
      const answer = await client().request({ method: 'PUT', path: '/echo?a=1&b=two%20words' });

      expect(answer.json()).toMatchObject({
        method: 'PUT',
        path: '/echo',
        query: { a: '1', b: 'two words' },
      });
    });

    test('has every value of a repeated key that the source passes on', async () => {
      const { query } = await echoed('/echo?x=1&y=2&x=3');

      expect(query).toEqual({ x: oneValueOnly ? '3' : ['1', '3'], y: '2' });
    });

    test.each([
      ['a plus', '1+1'],
      ['a percent sign', '100%'],
      ['an escaped escape', '%2B'],
      ['separators', 'a&b=c#d?e/f'],
      ['a comma', 'a,b'],
      ['other scripts', 'naïve 東京 🎉'],
      ['nothing', ''],
    ])('has a query value with %s as it was meant', async (_what, value) => {
      const { query } = await echoed('/echo', { query: [['key', value]] });

      expect(query).toEqual({ key: value });
    });

    test.each([
      ['/items/42', '42'],
      ['/items/two%20words', 'two words'],
      ['/items/%E6%9D%B1%E4%BA%AC', '東京'],
      ['/items/a%2Fb', 'a/b'],
      ['/items/a:b@c;d=e,f', 'a:b@c;d=e,f'],
    ])('matches the route of %s', async (path, id) => {
      expect((await client().get(path)).json()).toEqual({ id });
    });

    test.each([
      '//evil.example',
      '/%',
      '/items/%zz',
      '/items/%ff',
      '/a/../b',
      '/echo\\',
      '/%00',
      '/items/%C0%80',
    ])('is no failure with the path %s', async (path) => {
      expect((await client().request({ path })).status).toBeLessThan(500);
    });

    test('has all its cookies in one header', async () => {
      const { headers } = await echoed('/echo', { cookies: { session: 's%3Aabc.d+e/f=', theme: 'dark' } });

      expect(headers.cookie).toBe('session=s%3Aabc.d+e/f=; theme=dark');
    });

    test('joins several Cookie headers by semicolons', async () => {
      const { headers } = await echoed('/echo', { headers: { cookie: ['a=1', 'b=2'] } });

      // Without multi-value headers a load balancer passes on the last one alone.
      expect(headers.cookie).toBe(oneValueOnly ? 'b=2' : 'a=1; b=2');
    });

    test('comes from the address that AWS saw, not from the one that the client claims', async () => {
      const headers = { 'x-forwarded-for': '10.6.6.6, 127.0.0.1' };

      const { ip, remoteAddress, lambdaIp } = (
        await client({ ip: '2001:db8::7' }).get('/echo', { headers })
      ).json();

      expect([ip, remoteAddress, lambdaIp]).toEqual(['2001:db8::7', '2001:db8::7', '2001:db8::7']);
    });

    test('came by TLS, whatever the client claims', async () => {
      const { secure, protocol } = await echoed('/echo', { headers: { 'x-forwarded-proto': 'http' } });

      expect([secure, protocol]).toEqual([true, 'https']);
    });

    test('has a JSON body that a parser reads', async () => {
      const answer = await client().post('/json', { name: 'Zoë 東京', nested: [1, null] });

      expect(answer.status).toBe(201);
      expect(answer.json()).toEqual({ body: { name: 'Zoë 東京', nested: [1, null] } });
    });

    test('has the text of its body in UTF-8', async () => {
      const headers = { 'content-type': 'text/plain' };

      const answer = await client().post('/bytes', 'é', { headers });

      expect(answer.json()).toEqual({ hex: 'c3a9', length: '2' });
    });

    test('has the bytes of its body', async () => {
      const headers = { 'content-type': 'application/octet-stream' };

      expect((await client().post('/bytes', png, { headers })).json().hex).toBe(png.toString('hex'));
    });

    test.each([
      ['without a body', undefined],
      ['with a body that no parser takes', 'text'],
    ])('has no parsed body %s', async (_what, body) => {
      const headers = { 'content-type': 'text/plain' };

      expect((await client().post('/echo', body, { headers })).json().bodyProperty).toBe('undefined');
      expect((await client().post('/json', body, { headers })).json()).toEqual({});
    });

    test.each<Record<string, string>>([
      { 'content-length': '1' },
      { 'content-length': '99999' },
      { 'content-length': '-1' },
      { 'content-length': 'many' },
      { 'transfer-encoding': 'gzip, chunked', 'content-length': '3' },
    ])('is refused where the client said %o, unless the source drops that', async (headers) => {
      const answer = await client().post('/json', { a: 'é' }, { headers });

      if (source.name.startsWith('REST API')) expect(answer.json()).toEqual({ body: { a: 'é' } });
      else expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_body' });
    });

    test.each<Record<string, string>>([
      { 'transfer-encoding': 'chunked' },
      { 'transfer-encoding': 'gzip, chunked' },
    ])('is read whole although the client said %o', async (headers) => {
      expect((await client().post('/json', { a: 'é' }, { headers })).json()).toEqual({ body: { a: 'é' } });
      const typed = { ...headers, 'content-type': 'application/json' };
      expect((await client().post('/json', undefined, { headers: typed })).json()).toEqual({});
    });

    test('may leave its body unread', async () => {
      const client_ = client();

      expect((await client_.post('/unread', { a: 1 })).json()).toEqual({ read: false });
      expect((await client_.post('/unknown', { a: 1 })).status).toBe(404);
    });

    test('with a body over the limit of its parser gets 413', async () => {
      expect((await client().post('/json', { text: 'x'.repeat(200_000) })).status).toBe(413);
    });

    test('is known by the id that AWS gave it, never by one that the client sent', async () => {
      const context = testContext();
      const options = { headers: { 'x-request-id': 'mine', 'x-amzn-requestid': 'mine' }, context };
      const event = source.event({ path: '/echo', ...options }) as { requestContext: { requestId?: string } };

      const { requestId } = source.response(await handler(event, context)).json();

      expect(requestId).toBe(event.requestContext.requestId ?? context.awsRequestId);
    });

    test('leaves its event as it was', async () => {
      const event = source.event({ method: 'POST', path: '/json', query: [['a', '1']], body: { a: 1 } });
      const before = structuredClone(event);

      await handler(event, testContext());

      expect(event).toEqual(before);
    });
  });

  describe('the answer', () => {
    test('sets several cookies at once', async () => {
      const { cookies } = await client().get('/cookies');

      expect(cookies.toSorted()).toEqual([
        'old=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
        'session=s%253Aabc; Path=/; HttpOnly; Secure; SameSite=Lax',
        'theme=dark; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT',
      ]);
    });

    test.each([1, 2, 60, 512])('sets each of %i cookies', async (count) => {
      const { cookies } = await client().get(`/many-cookies/${count}`);

      expect(new Set(cookies)).toEqual(new Set(Array.from({ length: count }, (_, n) => `c${n}=${n}`)));
    });

    test('sets a cookie that was no list', async () => {
      expect((await client().get('/cookie')).cookies).toEqual(['only=1']);
    });

    test('is 404 at an unknown address', async () => {
      expect((await client().get('/nowhere')).status).toBe(404);
    });

    test('has headers and no body to HEAD', async () => {
      const answer = await client().request({ method: 'HEAD', path: '/svg' });

      expect([answer.status, answer.body]).toEqual([200, '']);
      expect(answer.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    });

    test('is the app’s to OPTIONS', async () => {
      const answer = await client().request({ method: 'OPTIONS', path: '/json' });

      expect([answer.status, answer.headers.get('allow')]).toEqual([200, 'POST']);
    });

    test.each(['/png', '/octets', '/untyped'])('carries the bytes of %s', async (path) => {
      expect((await client().get(path)).bytes).toEqual(png);
    });

    test('carries a compressed body', async () => {
      const { bytes, headers } = await client().get('/gzip');

      expect([headers.get('content-encoding'), bytes.subarray(0, 2).toString('hex')]).toEqual([
        'gzip',
        '1f8b',
      ]);
    });

    test.each(['/echo', '/svg', '/problem', '/nowhere'])('sends the text of %s as it is', async (path) => {
      const result = (await handler(source.event({ path }), testContext())) as { isBase64Encoded: boolean };

      expect(result.isBase64Encoded).toBe(false);
    });

    test('carries text in another encoding', async () => {
      expect((await client().get('/latin1')).bytes).toEqual(Buffer.from([0xe9]));
    });

    test('has nothing in it of the framing of a connection', async () => {
      const { body, headers } = await client().get('/chunked');
      const { headers: plain } = await client().get('/echo');

      expect(body).toBe('é1 é2 é3');
      for (const name of ['transfer-encoding', 'connection', 'keep-alive', 'content-length']) {
        expect([name, headers.get(name), plain.get(name)]).toEqual([name, null, null]);
      }
    });

    test('has a head that was written at once', async () => {
      const { status, headers, cookies, body } = await client().get('/head-at-once');

      expect([status, headers.get('x-a'), cookies, body]).toEqual([202, '1', ['a=1', 'b=2'], 'ok']);
    });

    test('has no interim answer in it', async () => {
      expect((await client().get('/hints')).body).toBe('ok');
    });

    test('has a list as one header', async () => {
      expect((await client().get('/vary')).headers.get('vary')).toBe('Origin, Cookie');
    });

    test('is empty at 204', async () => {
      const { status, body } = await client().get('/nothing');

      expect([status, body]).toEqual([204, '']);
    });

    test('stays what it was when it left', async () => {
      const { status, body, cookies } = await client().get('/late-change');

      expect([status, body, cookies]).toEqual([200, 'whole', []]);
      expect((await client().get('/late-write')).body).toBe('whole');
    });
  });

  describe('an app that does not answer', () => {
    const unanswered = async (path: string, options = {}, context = testContext()) => {
      const impatient = httpHandler(echoApp(), { log: quiet, ...options });
      return createClient(impatient, source).get(path, { expect5xx: true, context });
    };

    test.each(['/hang', '/hang-with-cookie'])('is answered for with 503 at %s', async (path) => {
      const answer = await unanswered(path, { answerWithinMs: 20 });

      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.cookies).toEqual([]);
      expect(answer.json()).toMatchObject({
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        code: 'unavailable',
        requestId: answer.headers.get('x-request-id'),
      });
    });

    test('is answered for before Lambda ends the invocation', async () => {
      const { status } = await unanswered('/hang', {}, testContext({ timeoutMs: 540 }));

      expect(status).toBe(503);
    });

    test.each(['/cut', '/break-off', '/destroy'])('is answered for with 500 at %s, at once', async (path) => {
      const answer = await unanswered(path);

      expect([answer.status, answer.json().code, answer.cookies]).toEqual([500, 'internal', []]);
    });

    const thrown = () => {
      throw new Error('secret');
    };
    test.each<[string, App]>([
      ['throws', thrown],
      ['rejects', async () => thrown()],
    ])('is answered for with 500 when it %s', async (_what, app) => {
      const broken = createClient(httpHandler(app, { log: quiet }), source);

      const answer = await broken.get('/', { expect5xx: true });

      expect([answer.status, answer.json().code]).toEqual([500, 'internal']);
      expect(answer.body).not.toContain('secret');
    });
  });
});

test('every source gets the same answer to the same request', async () => {
  const paths = ['/echo?a=1', '/cookies', '/png', '/nowhere', '/items/a%20b', '/', '/chunked', '/vary'];
  for (const path of paths) {
    const answers = await Promise.all(
      eventSources.map(async (source) => {
        const { status, headers, cookies, bytes } = await createClient(handler, source).get(path, {
          // What is AWS's own differs: ids, and the headers that say how the request came.
          headers: { host: 'example.com' },
        });
        const body = path.startsWith('/echo')
          ? { ...JSON.parse(bytes.toString()), requestId: '', headers: {} }
          : bytes;
        const names: Record<string, string> = {};
        headers.forEach((value, name) => {
          names[name] = value;
        });
        return { status, headers: names, cookies: cookies.toSorted(), body };
      }),
    );

    for (const answer of answers) expect(answer).toEqual(answers[0]);
  }
});

test('a load balancer’s plain listener is no TLS, whatever the client claims', async () => {
  for (const source of loadBalancers) {
    const answer = await createClient(handler, source).request({
      path: '/echo',
      scheme: 'http',
      headers: { 'x-forwarded-proto': 'https' },
    });

    expect(answer.json()).toMatchObject({ secure: false, protocol: 'http' });
  }
});

test('answers in time leave no timers behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const client = createClient(handler, eventSource('function URL'));
  const before = timers();

  for (let n = 0; n < 100; n += 1) await client.get('/echo');

  // A few come and go with the test runner.
  expect(timers() - before).toBeLessThan(50);
});

test('requests that run at once keep apart', async () => {
  const client = createClient(handler, eventSource('HTTP API, payload 2.0'));

  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => client.get(`/items/${n}`, { ip: `198.51.100.${n}` })),
  );

  expect(answers.map((answer) => answer.json().id)).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
});
