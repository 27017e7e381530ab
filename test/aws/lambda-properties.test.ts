import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { echoApp } from '../support/events/echo-app.ts';
import { eventSources, type TestEventSource, testContext } from '../support/events.ts';

const failures: unknown[] = [];
const log = { warn: () => {}, error: (...line: unknown[]) => failures.push(line) };
const handler = httpHandler(echoApp(), { log });
const answerTo = async (source: TestEventSource, event: unknown) =>
  source.response(await handler(event, testContext()));

// Half of a surrogate pair has no UTF-8, so no client can send it; raw events below have it.
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const token = fc.string({
  unit: fc.constantFrom(...'abcxyzABCXYZ019-_.!#$%&*+^`|~'),
  minLength: 1,
  maxLength: 12,
});
const fieldValue = fc.string({
  unit: fc.constantFrom(...'abc XYZ09\t!"#$%&()*+,-./:;<=>?@[]^_{|}~é'),
  maxLength: 20,
});
const oddPart = fc.oneof(
  text,
  fc.constantFrom(
    '',
    '.',
    '..',
    '%',
    '%2',
    '%zz',
    '%ff',
    '%00',
    '%2F',
    '?',
    '#',
    '\\',
    ':id',
    '*',
    '//',
    '\0',
    ' ',
  ),
);
const oddPath = fc.array(oddPart, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`);
const query = fc.array(fc.tuple(text, text), { maxLength: 6 });
const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PURGE',
  'M-SEARCH',
);

describe.each(eventSources)('$name', (source) => {
  test('no request makes it fail', async () => {
    const request = fc.record({
      method,
      path: fc.oneof(fc.constantFrom('/echo', '/json', '/bytes', '/items/1', '/cookies'), oddPath),
      query,
      headers: fc.dictionary(
        token,
        fc.oneof(fieldValue, fc.array(fieldValue, { minLength: 1, maxLength: 3 })),
      ),
      cookies: fc.array(fieldValue, { maxLength: 4 }),
      body: fc.oneof(
        fc.constant(undefined),
        text,
        fc.uint8Array({ maxLength: 30 }).map(Buffer.from),
        fc.object(),
      ),
    });

    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const { status } = await answerTo(source, source.event(given));

        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect(failures).toEqual([]);
  });

  test('a query arrives as it was sent, key by key', async () => {
    await fc.assert(
      fc.asyncProperty(query, async (pairs) => {
        const { url } = (await answerTo(source, source.event({ path: '/echo', query: pairs }))).json();

        const got = new URL(url, 'http://x').searchParams;
        for (const [key] of pairs) {
          const values = pairs.filter(([other]) => other === key).map(([, value]) => value);
          expect(got.getAll(key)).toEqual(source.name === 'load balancer' ? values.slice(-1) : values);
        }
      }),
    );
  });

  test('a path parameter arrives as it was sent', async () => {
    // An HTTP API undoes escapes before it calls, so that `%2541` and `%41` both arrive as `%41` there.
    const escapesAreUndone = source.name.startsWith('HTTP API, payload 2.0');
    const isKept = (id: string) => !(escapesAreUndone && /%[0-9a-f]{2}/i.test(id));
    await fc.assert(
      fc.asyncProperty(
        text.filter((id) => !['', '.', '..'].includes(id) && isKept(id)),
        async (id) => {
          const { status, body } = await answerTo(
            source,
            source.event({ path: `/items/${encodeURIComponent(id)}` }),
          );

          expect([status, body]).toEqual([200, JSON.stringify({ id })]);
        },
      ),
    );
  });

  test('the bytes of a body arrive as they were sent', async () => {
    const types = fc.constantFrom(
      'application/octet-stream',
      'image/png',
      'application/x-www-form-urlencoded',
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 50 }), types, async (bytes, type) => {
        const body = Buffer.from(bytes);
        const event = source.event({
          method: 'POST',
          path: '/bytes',
          body,
          headers: { 'content-type': type },
        });

        expect((await answerTo(source, event)).json().hex).toBe(body.toString('hex'));
      }),
    );
  });

  test('what the app answers is what the client gets', async () => {
    const cookie = fc.tuple(token, token).map(([name, value]) => `${name}=${value}; Path=/`);
    const type = fc.constantFrom(
      'text/html',
      'application/json; charset=utf-8',
      'image/png',
      'application/zip',
      '',
    );
    const answers = fc.record({
      status: fc.integer({ min: 200, max: 599 }).filter((status) => ![204, 205, 304].includes(status)),
      type,
      cookies: fc.array(cookie, { maxLength: 9 }),
      body: fc.uint8Array({ maxLength: 50 }),
    });

    await fc.assert(
      fc.asyncProperty(answers, async ({ status, type, cookies, body }) => {
        const app = httpHandler((_req, res) => {
          if (type !== '') res.setHeader('Content-Type', type);
          if (cookies.length > 0) res.setHeader('Set-Cookie', cookies);
          res.statusCode = status;
          res.end(body);
        });

        const got = source.response(await app(source.event({ path: '/' }), testContext()));

        expect(got.status).toBe(status);
        expect(got.headers.get('content-type')).toBe(type === '' ? null : type);
        expect(got.cookies.toSorted()).toEqual(cookies.toSorted());
        expect(got.bytes).toEqual(Buffer.from(body));
      }),
    );
  });

  test('whatever is put into the fields of its event, it is answered 4xx or by the app', async () => {
    const plain = source.event({ path: '/echo' }) as Record<string, unknown>;
    const json = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        null,
        undefined,
        true,
        0,
        -1,
        '',
        '/',
        '//',
        '%',
        'a\r\nb: c',
        '\ud800',
        [],
        {},
        [null],
        { a: null },
      ),
      fc.dictionary(
        fc.string({ unit: 'binary' }),
        fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string())),
      ),
      fc.jsonValue(),
    );
    const fields = Object.keys(plain).filter((field) => field !== 'requestContext' && field !== 'version');
    const overrides = fc.dictionary(fc.constantFrom(...fields), json);
    const contextFields = ['http', 'identity', 'stage', 'path', 'requestId', 'httpMethod', 'resourcePath'];
    const inContext = fc.dictionary(fc.constantFrom(...contextFields), json);

    await fc.assert(
      fc.asyncProperty(overrides, inContext, async (given, context) => {
        const requestContext = { ...(plain.requestContext as object), ...context };
        const event = { ...plain, ...given, requestContext };
        const result = await handler(event, testContext()).catch((error: Error) => error);

        // Without its `http` payload 2.0 is no HTTP event, nor payload 1.0 without method and path.
        if (result instanceof Error) expect(result.message).toMatch(/^not an HTTP event: /);
        else expect(result.statusCode).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
    expect(failures).toEqual([]);
  });
});

test('anything at all is answered or rejected as no HTTP event', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (event) => {
      await expect(handler(event, testContext())).rejects.toThrow(/^not an HTTP event: /);
    }),
  );
});

test('headers that come several times are joined as Node’s own server joins them', async () => {
  const names = fc.constantFrom(
    'Cookie',
    'cookie',
    'Content-Type',
    'X-A',
    'x-a',
    'Accept',
    'Referer',
    'Set-Cookie',
  );
  const values = fc.array(fc.constantFrom('a', 'b=1', 'c, d', ''), { minLength: 1, maxLength: 3 });
  const seen: unknown[] = [];
  const app = (req: IncomingMessage, res: ServerResponse) => {
    const { connection: _ofTheSocket, ...headers } = req.headers;
    seen.push(headers);
    res.end();
  };
  const onLambda = httpHandler(app);
  const server = createServer({ requireHostHeader: false }, app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, values), async (multiValueHeaders) => {
      seen.length = 0;
      await sendRaw(port, Object.entries(multiValueHeaders));
      await onLambda({ requestContext: { elb: {} }, httpMethod: 'GET', path: '/', multiValueHeaders });

      expect(seen[1]).toEqual(seen[0]);
    }),
  );
  server.close();
});

/** Sends a request whose header lines are just these, and waits for the end of its answer. */
async function sendRaw(port: number, headers: [name: string, values: string[]][]): Promise<void> {
  const lines = headers.flatMap(([name, values]) => values.map((value) => `${name}: ${value}\r\n`));
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`);
  await once(socket.resume(), 'close');
}
