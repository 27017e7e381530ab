import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { type Request, type Response, Router } from 'express';
import { describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { jsonApp } from '../../lib/web/json-app.ts';
import { createClient, eventSources } from '../support/events.ts';
import { answered, browser } from '../support/session-app.ts';
import { sessionInstances } from '../support/session-instances.ts';
import { sessionData } from '../support/session-routes.ts';

/** An answer that fails after it has begun: it is cut off or replaced whole, and leaves nothing behind. */

const { database, start, afterTest } = sessionInstances('answer_cut');
const marked = (mark: string) =>
  database.db().collection('sessions').countDocuments({ 'session.mark': mark });

type Route = (req: Request, res: Response) => unknown;

function begin(req: Request, res: Response, mark: string): void {
  sessionData(req).mark = mark;
  res.set({ 'X-Route': 'secret', ETag: '"1"' }).cookie('own', '1').write('half');
}

/** As the package on-headers does, which express-session, compression and others are made with. */
function onHeaders(res: Response, listener: () => void): void {
  const { writeHead } = res;
  let heard = false;
  res.writeHead = ((...args: unknown[]) => {
    if (!heard) {
      heard = true;
      listener();
    }
    return Reflect.apply(writeHead, res, args);
  }) as typeof writeHead;
}

describe.each(eventSources)('from $name', (source) => {
  function behind(route: Route) {
    const instance = start();
    const router = Router();
    router.all('/', (req, res) => route(req, res));
    return {
      ...instance,
      client: createClient(httpHandler(jsonApp(instance.services, router), instance.services), source),
    };
  }

  test('it is a whole 500 with nothing of the route, and the log says why', async () => {
    const mark = crypto.randomUUID();
    const { client, log } = behind((req, res) => {
      begin(req, res, mark);
      throw new TypeError('in the middle');
    });

    const answer = await client.get('/', { expect5xx: true });

    expect([answer.status, answer.json().code, answer.cookies]).toEqual([500, 'internal', []]);
    for (const name of ['x-route', 'etag']) expect(answer.headers.get(name)).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await marked(mark)).toBe(0);
    const failed = log.filter(({ message }) => message === 'request failed after its answer');
    expect(failed.map(({ fields }) => fields.error)).toEqual(['TypeError']);
    expect(log.filter(({ message }) => message === 'request').map(({ fields }) => fields.status)).toEqual([
      500,
    ]);
  });

  test('what the route does to it later stores nothing, and ends no process', async () => {
    const mark = crypto.randomUUID();
    let later: Promise<void> | undefined;
    const { client } = behind((req, res) => {
      begin(req, res, mark);
      later = once(res, 'close').then(() => {
        sessionData(req).more = true;
        res.write('more');
        res.end('all');
      });
      throw new Error('in the middle');
    });

    const answer = await client.get('/', { expect5xx: true });
    await later;

    expect([answer.status, answer.json().code]).toEqual([500, 'internal']);
    expect(await marked(mark)).toBe(0);
  });

  test('an error handler that asks what has been sent hands on, one that does not cannot mix', async () => {
    for (const asks of [true, false]) {
      const { services } = start();
      const router = Router();
      router.get('/', (req, res) => {
        begin(req, res, crypto.randomUUID());
        throw new Error('in the middle');
      });
      router.use((error: unknown, _req: Request, res: Response, next: (error: unknown) => void) => {
        if (asks && res.headersSent) next(error);
        else res.status(400).json({ mine: true });
      });
      const client = createClient(httpHandler(jsonApp(services, router), services), source);

      const answer = await client.get('/', { expect5xx: true });

      expect([answer.status, answer.json().code, answer.cookies]).toEqual([500, 'internal', []]);
    }
  });

  test('a listener of the head that throws makes it a 500 at once', async () => {
    const { client } = behind((_req, res) => {
      onHeaders(res, () => {
        throw new Error('no head');
      });
      res.json({});
    });

    const answer = await client.get('/', { expect5xx: true });

    expect([answer.status, answer.json().code]).toEqual([500, 'internal']);
  });

  test('an error before it leaves no description of the body that did not come', async () => {
    const { client } = behind((_req, res) => {
      res.set({ 'Content-Encoding': 'gzip', 'Content-Disposition': 'attachment', ETag: '"1"' });
      res.statusMessage = 'bad\n';
      res.end(gzipSync('{}'));
    });

    const answer = await client.get('/', { expect5xx: true });

    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
    for (const name of ['content-encoding', 'content-disposition', 'etag'])
      expect(answer.headers.get(name)).toBeNull();
  });
});

test('a listener of the head is called once, at the first byte, with the session at hand', async () => {
  const { act, handler } = start();
  const seen: unknown[] = [];

  const answer = await act(browser(handler), (req, res) => {
    sessionData(req).mark = 'heard';
    onHeaders(res, () => {
      seen.push(sessionData(req).mark, res.headersSent);
      res.setHeader('X-Timing', '1');
    });
    res.write('one ');
    seen.push('written', res.headersSent);
    res.end('two');
    return answered;
  });

  expect(seen).toEqual(['heard', false, 'written', true]);
  expect([answer.body, answer.headers.get('x-timing')]).toEqual(['one two', '1']);
  expect(answer.cookies).toHaveLength(1);
});

test('over a socket it is cut off, and the client is not told that it is whole', async () => {
  const { services } = start();
  const router = Router();
  router.get('/', (req, res) => {
    begin(req, res, 'socket');
    throw new Error('in the middle');
  });
  router.get('/after', (_req, res) => void res.json({ lives: true }));
  const server = jsonApp(services, router).listen(0, '127.0.0.1');
  afterTest(() => new Promise((resolve) => server.close(resolve)));
  await once(server, 'listening');
  const { port } = server.address() as { port: number };

  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();

  expect(await (await fetch(`http://127.0.0.1:${port}/after`)).json()).toEqual({ lives: true });
  expect(await marked('socket')).toBe(0);
});
