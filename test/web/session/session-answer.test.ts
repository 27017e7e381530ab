import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { beforeAll, describe, expect, test } from 'vitest';
import { httpHandler } from '../../../lib/aws/http-handler.ts';
import { jsonApp } from '../../../lib/web/json-app.ts';
import { createClient, eventSources } from '../../support/events.ts';
import { answered, browser } from '../../support/session-app.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { sessionData } from '../../support/session-routes.ts';

/** Guarantee 4 in every way in which a route can answer. */

const { database, start, afterTest } = sessionInstances('session_answer');
const sessions = () => database.db().collection('sessions');

beforeAll(async () => {
  // No session may be marked as taken, but for this one: storing another such one fails.
  const times = { createdAt: new Date(), lastSeenAt: new Date(), expires: new Date(Date.now() + 3_600_000) };
  await sessions().insertOne({ ...times, session: { mark: 'taken' } });
  await sessions().createIndex({ 'session.mark': 1 }, { unique: true, name: 'taken' });
});

function mark(req: Request, value: string): void {
  sessionData(req).mark = value;
}

interface Way {
  name: string;
  answer: (res: Response, req: Request) => unknown;
  expected: { status: number; body?: string; headers?: Record<string, string>; cookies?: string[] };
  method?: string;
}

const ways: Way[] = [
  { name: 'json', answer: (res) => res.json({ a: 1 }), expected: { status: 200, body: '{"a":1}' } },
  { name: 'send', answer: (res) => res.status(201).send('täxt'), expected: { status: 201, body: 'täxt' } },
  { name: 'sendStatus', answer: (res) => res.sendStatus(202), expected: { status: 202, body: 'Accepted' } },
  { name: 'end without a body', answer: (res) => res.status(204).end(), expected: { status: 204, body: '' } },
  {
    name: 'end with a callback',
    answer: (res) => res.end('all', () => undefined),
    expected: { status: 200, body: 'all' },
  },
  {
    name: 'write and end',
    answer: (res) => {
      res.write('one ');
      res.write(Buffer.from('two '));
      res.write(new TextEncoder().encode('three '));
      res.write('ZsO8bmY=', 'base64');
      res.end(' six', 'latin1');
    },
    expected: { status: 200, body: 'one two three fünf six' },
  },
  {
    name: 'write with callbacks that wait for each other',
    answer: (res) =>
      new Promise<void>((resolve) => {
        res.write('one ', () => res.write('two', 'utf8', () => resolve(void res.end())));
      }),
    expected: { status: 200, body: 'one two' },
  },
  {
    name: 'writeHead with an object',
    answer: (res) => res.writeHead(418, { 'X-One': '1', 'Content-Type': 'text/plain' }).end('teapot'),
    expected: { status: 418, body: 'teapot', headers: { 'x-one': '1', 'content-type': 'text/plain' } },
  },
  {
    name: 'writeHead with a reason',
    answer: (res) => res.writeHead(418, 'Teapot', { 'X-One': '1' }).end('teapot'),
    expected: { status: 418, body: 'teapot', headers: { 'x-one': '1' } },
  },
  {
    name: 'writeHead with a flat list that repeats a name',
    answer: (res) => res.writeHead(200, ['Set-Cookie', 'a=1', 'X-One', '1', 'Set-Cookie', 'b=2']).end('ok'),
    expected: { status: 200, body: 'ok', headers: { 'x-one': '1' }, cookies: ['a=1', 'b=2'] },
  },
  {
    name: 'flushHeaders before the body',
    answer: (res) => {
      res.status(200).type('text/plain').flushHeaders();
      res.end('late');
    },
    expected: { status: 200, body: 'late' },
  },
  {
    name: 'redirect',
    answer: (res) => res.redirect(303, '/elsewhere'),
    expected: { status: 303, headers: { location: '/elsewhere' } },
  },
  { name: 'HEAD', method: 'HEAD', answer: (res) => res.json({ a: 1 }), expected: { status: 200, body: '' } },
  {
    name: '304 Not Modified',
    method: 'GET',
    answer: (res) => res.status(304).set('ETag', '"1"').end(),
    expected: { status: 304, body: '', headers: { etag: '"1"' } },
  },
  {
    name: 'a stream that is piped',
    answer: (res) => pipeline(Readable.from(['one ', 'two ', 'three']), res),
    expected: { status: 200, body: 'one two three' },
  },
  {
    name: 'an answer after a pause',
    answer: async (res) => {
      res.write('one ');
      await new Promise((resolve) => setTimeout(resolve, 20));
      res.end('two');
    },
    expected: { status: 200, body: 'one two' },
  },
  {
    name: 'an answer that sets cookies of its own',
    answer: (res) => res.cookie('a', '1').cookie('b', '2').json({}),
    expected: { status: 200, cookies: ['a=1; Path=/', 'b=2; Path=/'] },
  },
];

describe.each(ways)('$name', ({ answer, expected, method = 'POST' }) => {
  /** Not awaited where it only ends when the answer has left. */
  const run = (res: Response, req: Request) => {
    Promise.resolve(answer(res, req)).catch(() => undefined);
    return answered;
  };

  test.each(['new', 'changed', 'unchanged', 'no'])(
    'with %s session: stored first, then answered whole',
    async (kind) => {
      const { act, commands, handler } = start();
      const client = browser(handler);
      if (kind === 'changed' || kind === 'unchanged')
        await act(client, (req) => mark(req, crypto.randomUUID()));
      commands.clear();

      const got = await act(
        client,
        (req, res) => {
          if (kind === 'new' || kind === 'changed') mark(req, crypto.randomUUID());
          return run(res, req);
        },
        { method },
      );

      const replies = commands.writes('sessions').map(({ reply }) => reply?.ok);
      expect(replies).toEqual(kind === 'new' || kind === 'changed' ? [1] : []);
      expect(got.status).toBe(expected.status);
      if (expected.body !== undefined) expect(got.body).toBe(expected.body);
      for (const [name, value] of Object.entries(expected.headers ?? {}))
        expect(got.headers.get(name)).toBe(value);
      const own = got.cookies.filter((cookie) => !cookie.startsWith('session_auth='));
      expect(own).toEqual(expected.cookies ?? []);
      expect(got.cookies).toHaveLength(own.length + (kind === 'new' ? 1 : 0));
    },
  );

  test.each(['new', 'changed'])(
    'with a %s session that cannot be stored: 503, and nothing of it leaves',
    async (kind) => {
      const { act, handler } = start();
      const client = browser(handler);
      if (kind === 'changed') await act(client, (req) => mark(req, crypto.randomUUID()));

      const got = await act(
        client,
        (req, res) => {
          mark(req, 'taken');
          res.set('X-Route', 'secret');
          return run(res, req);
        },
        { method, expect5xx: true },
      );

      expect(got.status).toBe(503);
      if (method !== 'HEAD') expect(got.json().code).toBe('unavailable');
      expect(got.headers.get('retry-after')).toBe('1');
      expect(got.headers.get('cache-control')).toBe('no-store');
      expect(got.headers.get('x-request-id')).toMatch(/./);
      expect(got.cookies).toEqual([]);
      for (const name of ['x-route', 'x-one', 'location', 'etag']) expect(got.headers.get(name)).toBeNull();
      expect(await sessions().countDocuments({ 'session.mark': 'taken' })).toBe(1);
    },
  );
});

describe('around the answer', () => {
  test('the same over every event source', async () => {
    const { act, handler } = start();
    for (const source of eventSources) {
      const client = createClient(handler, source);
      const first = await act(client, (req) => mark(req, crypto.randomUUID()));
      const failed = await act(client, (req) => mark(req, 'taken'), { expect5xx: true });

      expect(first.cookies).toHaveLength(1);
      expect([failed.status, failed.cookies]).toEqual([503, []]);
      expect((await client.get('/data')).json().mark).not.toBe('taken');
    }
  });

  test('over a socket, as outside of Lambda', async () => {
    const { services } = start();
    const router = Router();
    router.get('/stream', (req, res) => {
      mark(req, String(req.query.mark));
      res.write('one ');
      res.end('two');
    });
    const server = jsonApp(services, router).listen(0, '127.0.0.1');
    afterTest(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/stream`;

    const good = await fetch(`${url}?mark=${crypto.randomUUID()}`);
    const bad = await fetch(`${url}?mark=taken`);

    expect([good.status, await good.text(), good.headers.getSetCookie().length]).toEqual([200, 'one two', 1]);
    expect([bad.status, (await bad.json()).code, bad.headers.getSetCookie()]).toEqual([
      503,
      'unavailable',
      [],
    ]);
  });

  test('an address outside of the cookie path, which only a socket brings, is no server error', async () => {
    const { services } = start();
    const server = jsonApp(services, Router()).listen(0, '127.0.0.1');
    afterTest(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    const { port } = server.address() as { port: number };

    const sent = request({ port, host: '127.0.0.1', method: 'OPTIONS', path: '*', agent: false }).end();
    const [got] = (await once(sent, 'response')) as [IncomingMessage];
    got.resume();

    expect(got.statusCode).toBe(404);
  });

  test('a route that throws after it has answered changes nothing of the answer', async () => {
    const { act, handler } = start();

    const got = await act(browser(handler), (req, res) => {
      mark(req, crypto.randomUUID());
      res.status(201).set('X-One', '1').json({ done: true });
      throw new Error('too late');
    });

    expect(got.status).toBe(201);
    expect(got.json()).toEqual({ done: true });
    expect(got.headers.get('x-one')).toBe('1');
    expect(got.cookies).toHaveLength(1);
  });

  test('what a route does to its answer after it has ended changes nothing of it', async () => {
    const { act, handler } = start();

    const got = await act(browser(handler), (req, res) => {
      mark(req, crypto.randomUUID());
      res.status(201).set('X-One', '1').json({ done: true });
      res.status(202).removeHeader('X-One');
      res.setHeader('X-Late', '1');
      res.end('more');
      return answered;
    });

    expect([got.status, got.json()]).toEqual([201, { done: true }]);
    expect([got.headers.get('x-one'), got.headers.get('x-late')]).toEqual(['1', null]);
  });

  test('a route that set a cookie and then failed sends none', async () => {
    const { act, handler } = start();

    const got = await act(
      browser(handler),
      (_req, res) => {
        res.cookie('a', '1');
        throw new Error('no');
      },
      { expect5xx: true },
    );

    expect([got.status, got.cookies]).toEqual([500, []]);
  });

  test('an answer counts as sent once it has ended, though it waits for the session', async () => {
    const { act, handler } = start();
    const sent: boolean[] = [];

    await act(browser(handler), (req, res) => {
      mark(req, crypto.randomUUID());
      sent.push(res.headersSent);
      res.end('ok');
      sent.push(res.headersSent);
      return answered;
    });

    expect(sent).toEqual([false, true]);
  });

  /** An app whose routes stand behind `middleware`, which comes after the session. */
  function behind(middleware: RequestHandler) {
    const { services } = start();
    const router = Router();
    router.use(middleware);
    router.post('/answer', (req, res) => {
      if (req.query.mark) mark(req, String(req.query.mark));
      res.json({ done: true });
    });
    return browser(httpHandler(jsonApp(services, router)));
  }

  test.each(['', `?mark=${crypto.randomUUID()}`])(
    'middleware that sets a header as the head is written still does (%j)',
    async (query) => {
      const client = behind((_req, res, next) => {
        // As the package on-headers does, which response-time, compression and others are made with.
        const { writeHead } = res;
        res.writeHead = ((...args: unknown[]) => {
          res.setHeader('X-Timing', '1');
          return Reflect.apply(writeHead, res, args);
        }) as typeof writeHead;
        next();
      });

      const got = await client.post(`/answer${query}`);

      expect(got.headers.get('x-timing')).toBe('1');
    },
  );

  test.each(['', `?mark=${crypto.randomUUID()}`])(
    'middleware that changes the body as it ends does so once (%j)',
    async (query) => {
      const client = behind((_req, res, next) => {
        const end = res.end.bind(res) as (chunk?: unknown) => Response;
        res.end = (chunk?: unknown) => {
          res.removeHeader('Content-Length');
          return end(`<${chunk ?? ''}>`);
        };
        next();
      });

      const got = await client.post(`/answer${query}`);

      expect(got.body).toBe('<{"done":true}>');
    },
  );

  test.each(['unchanged', 'changed'])(
    'a session that is %s is there for who listens for the end of the answer, and after it',
    async (kind) => {
      const { act, handler } = start();
      const client = browser(handler);
      await act(client, (req) => mark(req, crypto.randomUUID()));
      const seen: unknown[] = [];

      await act(client, (req, res) => {
        const look = () => seen.push(req.session && sessionData(req).mark);
        if (kind === 'changed') mark(req, crypto.randomUUID());
        look();
        res.once('finish', look);
        res.once('finish', () => queueMicrotask(look));
        res.json({});
        return answered;
      });

      expect(seen).toEqual([expect.any(String), seen[0], seen[0]]);
    },
  );
});
