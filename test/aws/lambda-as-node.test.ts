import { once } from 'node:events';
import { createServer, request } from 'node:http';
import express, { Router } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { jsonApp } from '../../lib/web/json-app.ts';
import { type AnswerCase, answerCases } from '../support/answer-cases.ts';
import { testDatabase } from '../support/database.ts';
import type { TestHandler } from '../support/events/client.ts';
import { createClient, eventSources, type TestAnswer } from '../support/events.ts';
import { startInstance } from '../support/instance.ts';
import { sessionData } from '../support/session-routes.ts';
import { stopwatch } from '../support/timing.ts';

/**
 * The same small routes on Node's own server and through the handler, from every source: the answers are the same,
 * and what is cut off there is a whole 500 here. So they are with sessions, of which a failed answer leaves nothing.
 */

const database = testDatabase('lambda_as_node');
const { services, end } = startInstance({ database });
const names = Object.keys(answerCases);
const quiet = { warn: () => {}, error: () => {} };

function routes(before: express.RequestHandler): Router {
  const router = Router();
  router.use(before);
  for (const [at, { answer }] of Object.values(answerCases).entries())
    router.all(`/${at}`, (req, res) => answer(req, res));
  return router;
}

const app = express().disable('x-powered-by').disable('etag').set('env', 'test');
app.use(routes((_req, _res, next) => next()));
const server = createServer(app);
let port: number;

beforeAll(async () => {
  await database.prepare();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as { port: number });
});
afterAll(async () => {
  await end();
  await database.drop();
  await new Promise((resolve) => server.close(resolve));
});

type Seen = Pick<TestAnswer, 'status' | 'body' | 'cookies'> & { headers: Record<string, string> };

/** What Node's own server answers; null where it cuts the connection. */
async function byNode(
  path: string,
  { method = 'GET', headers = {}, body }: AnswerCase,
): Promise<Seen | null> {
  const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false }).end(body);
  try {
    const [got] = await once(sent, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of got) chunks.push(chunk);
    const cookies: string[] = got.headers['set-cookie'] ?? [];
    return {
      status: got.statusCode,
      body: String(Buffer.concat(chunks)),
      cookies,
      headers: shown(got.headers),
    };
  } catch {
    return null;
  }
}

/** Headers of the connection are each server's own. */
function shown(headers: Record<string, string>): Record<string, string> {
  const own = /^(connection|date|keep-alive|content-length|transfer-encoding|trailer|set-cookie)$/;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !own.test(name)));
}

async function ask(handler: TestHandler, source: (typeof eventSources)[number], name: string) {
  const { method = 'GET', headers = {}, body } = answerCases[name]!;
  const path = `/${names.indexOf(name)}`;
  const elapsed = stopwatch();
  const answer = await createClient(handler, source).request({
    method,
    path,
    headers,
    body,
    expect5xx: true,
  });
  // A hang lasts until the handler's own time is up, which is 25 seconds.
  expect(elapsed()).toBeLessThan(15_000);
  return { answer, node: await byNode(path, answerCases[name]!) };
}

function expectSame(answer: TestAnswer, node: Seen | null): void {
  if (!node || node.status === 500) {
    expect(answer.status).toBe(500);
    for (const header of ['x-one', 'x-evil']) expect(answer.headers.get(header)).toBeNull();
    return;
  }
  expect([answer.status, answer.body]).toEqual([node.status, node.body]);
  for (const [header, value] of Object.entries(node.headers)) expect(answer.headers.get(header)).toBe(value);
  for (const header of ['content-type', 'x-one', 'etag'])
    expect([header, answer.headers.get(header)]).toEqual([header, node.headers[header] ?? null]);
}

const isOurs = (cookie: string) => cookie.startsWith('session');

describe.each(eventSources)('from $name', (source) => {
  const bare = httpHandler(app, { log: quiet });

  test.each(names)('as on Node’s own server: %s', async (name) => {
    const { answer, node } = await ask(bare, source, name);

    expectSame(answer, node);
    expect(answer.cookies.toSorted()).toEqual(answer.status === 500 ? [] : node?.cookies.toSorted());
  });

  test.each(names.filter((name) => !answerCases[name]?.reads))(
    'as on Node’s own server, with a session: %s',
    async (name) => {
      const mark = crypto.randomUUID();
      const marked = routes((req, _res, next) => {
        sessionData(req).mark = mark;
        next();
      });

      const { answer, node } = await ask(httpHandler(jsonApp(services, marked), services), source, name);

      expectSame(answer, node);
      const hasFailed = answer.status === 500;
      expect(answer.cookies.filter(isOurs)).toHaveLength(hasFailed ? 0 : 1);
      const others = answer.cookies.filter((cookie) => !isOurs(cookie));
      expect(others.toSorted()).toEqual(hasFailed ? [] : node?.cookies.toSorted());
      const stored = await database.db().collection('sessions').countDocuments({ 'session.mark': mark });
      expect(stored).toBe(hasFailed ? 0 : 1);
      if (!hasFailed || answerCases[name]?.method === 'HEAD') return;
      expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
      expect(answer.json().type).toMatch(/\/docs#internal$/);
    },
  );
});
