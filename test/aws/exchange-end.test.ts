import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import express, { type RequestHandler, Router } from 'express';
import { afterAll, describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { jsonApp } from '../../lib/web/json-app.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSources } from '../support/events.ts';
import { startInstance } from '../support/instance.ts';

/** How a request and its answer end: each once, and as on Node's own server. */

const database = testDatabase('exchange_end');
const { services, end } = startInstance({ database });
afterAll(async () => {
  await end();
  await database.drop();
});

const readByHand: RequestHandler = (req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    res.json({ length: Buffer.concat(chunks).length });
  });
};
const length = (body: unknown) =>
  body instanceof Uint8Array ? body.length : JSON.stringify(body ?? null).length;

/** The ways in which a route reads a body, or does not. */
const readings: Record<string, RequestHandler[]> = {
  'by listeners of its own': [readByHand],
  'by listeners of its own, after a pause': [(_req, _res, next) => void setImmediate(next), readByHand],
  'by a loop': [
    async (req, res) => {
      let read = 0;
      for await (const chunk of req) read += (chunk as Buffer).length;
      res.json({ length: read });
    },
  ],
  'by express.json': [express.json(), (req, res) => void res.json({ length: length(req.body) })],
  'by express.raw': [express.raw({ type: '*/*' }), (req, res) => void res.json({ length: length(req.body) })],
  'by express.text': [express.text(), (req, res) => void res.json({ length: length(req.body) })],
  'by express.urlencoded': [express.urlencoded(), (req, res) => void res.json({ length: length(req.body) })],
  'by a pipe into the answer': [(req, res) => void req.pipe(res)],
  'not at all': [(_req, res) => void res.json({})],
  'not at all, and answers after a pause': [(_req, res) => void setImmediate(() => res.json({}))],
};

/** What happens at both ends, in its order. */
function watch(log: string[]): RequestHandler {
  return (req, res, next) => {
    for (const name of ['end', 'close', 'error', 'aborted']) req.on(name, () => log.push(`request ${name}`));
    for (const name of ['finish', 'close', 'error']) res.on(name, () => log.push(`answer ${name}`));
    next();
  };
}

function routes(log: string[]): Router {
  const router = Router();
  router.use(watch(log));
  for (const [at, handlers] of Object.values(readings).entries()) router.all(`/${at}`, ...handlers);
  return router;
}

/** Whatever is still to come comes within these turns; what comes too often, too. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const names = Object.keys(readings);
const json = { 'content-type': 'application/json' };
const bodies: Record<string, string | undefined> = {
  'no body': undefined,
  'an empty body': '',
  'a body': '{"a":1}',
};
const asked = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
  Object.keys(bodies).map((body) => ({ method, body })),
);

describe.each(eventSources)('from $name', (source) => {
  describe.each(asked)('$method with $body', ({ method, body }) => {
    test.each(names)('a body that is read %s ends once, and so does the answer', async (name) => {
      // Behind a parser that has read the body nobody reads it again, on Node's own server either.
      const again = bodies[body] && /^by (listeners|a loop|a pipe)/.test(name);
      for (const kind of again ? ['bare'] : ['bare', 'with sessions']) {
        const log: string[] = [];
        const app = kind === 'bare' ? express().use(routes(log)) : jsonApp(services, routes(log));
        const client = createClient(httpHandler(app, { ...services, answerWithinMs: 10_000 }), source);
        const path = `/${names.indexOf(name)}`;

        const answer = await client.request({ method, path, body: bodies[body], headers: json });
        await turns();

        expect(answer.status, kind).toBe(200);
        if (/^by (listeners|a loop)/.test(name) && method !== 'HEAD')
          expect(answer.json(), kind).toEqual({ length: bodies[body]?.length ?? 0 });
        const all = ['answer close', 'answer finish', 'request close', 'request end'];
        // What a parser in front has read has ended before the route could listen.
        const heard = kind === 'bare' || !bodies[body] ? all : all.slice(0, 2);
        expect(log.toSorted(), kind).toEqual(heard);
        expect(log.indexOf('answer close')).toBeGreaterThan(log.indexOf('answer finish'));
      }
    });
  });
});

describe('the request closes before the answer or after it as on Node’s own server', () => {
  const parts = (log: string[]) => ({
    heard: log.toSorted(),
    closedFirst: log.indexOf('request close') < log.indexOf('answer finish'),
  });

  async function byNode(method: string, body: string | undefined, path: string): Promise<string[]> {
    const log: string[] = [];
    const app = express().use(routes(log)) as (req: IncomingMessage, res: ServerResponse) => void;
    const server = createServer(app);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const sent = request({ port, host: '127.0.0.1', method, path, headers: json, agent: false }).end(body);
    const [got] = await once(sent, 'response');
    await once(got.resume(), 'close');
    await new Promise((resolve) => server.close(resolve));
    await turns();
    return log;
  }

  test.each(names.filter((name) => !name.includes('pipe')))('where a body is read %s', async (name) => {
    const path = `/${names.indexOf(name)}`;
    for (const [method, body] of [
      ['GET', undefined],
      ['POST', '{"a":1}'],
    ] as const) {
      const log: string[] = [];
      const handler = httpHandler(express().use(routes(log)), services);
      await createClient(handler, eventSources[0]!).request({ method, path, body, headers: json });
      await turns();

      expect(parts(log), method).toEqual(parts(await byNode(method, body, path)));
    }
  });
});
