import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { docsRoutes } from '../../lib/flows/docs/routes.tsx';
import { createApp } from '../../lib/web/app.ts';
import { securityHeaders } from '../../lib/web/security-headers.ts';
import { sessionMiddleware } from '../../lib/web/session/middleware.ts';
import { testDatabase } from '../support/database.ts';
import {
  createClient,
  eventSources,
  type TestAnswer,
  type TestClient,
  testContext,
} from '../support/events.ts';
import { startInstance } from '../support/instance.ts';
import { expectProblem } from '../support/problems.ts';

/** Answers that are made without the app, or that are the same for everybody. */

const database = testDatabase('edge_answers');
const instance = startInstance({ database, environment: { PUBLIC_URL: 'https://auth.example.com' } });
const { services, config, handlers } = instance;

beforeAll(() => database.prepare());
afterAll(async () => {
  await instance.end();
  await database.drop();
});

/** A function whose app fails in a way that only the handler can answer. */
function failing(app: (res: ServerResponse) => unknown) {
  return httpHandler((_req, res) => app(res), { ...services, answerWithinMs: 50 });
}

/** The cookies that a client would send, as pairs. */
const signedInBy = (client: TestClient) =>
  Object.entries(client.cookies.all()).map(([name, value]) => `${name}=${value}`);

const kept = async (answer: TestAnswer, status: number, code: Parameters<typeof expectProblem>[2]) => {
  expectProblem(answer, status, code);
  expect(answer.json().type).toBe(`https://auth.example.com/docs#${code}`);
  for (const [name, value] of Object.entries(securityHeaders))
    expect([name, answer.headers.get(name)]).toEqual([name, value]);
  expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
  expect(answer.headers.get('x-request-id')).toMatch(/./);
  expect(answer.cookies).toEqual([]);
};

describe.each(eventSources)('from $name', (source) => {
  const answerTo = async (handler: typeof handlers.auth, changes: object = {}) => {
    const event = source.event({ method: 'POST', path: '/auth/sign-in', body: { a: 1 } }) as object;
    return source.response(await handler({ ...event, ...changes }, testContext()));
  };

  test('a request that no HTTP request can be is answered as by the app', async () => {
    const event = source.event({ path: '/auth/session' }) as Record<string, object>;
    const key = event.multiValueHeaders && source.name.includes('load') ? 'multiValueHeaders' : 'headers';
    const broken = { ...event[key], 'x-broken': key === 'headers' ? 'a\nb' : ['a\nb'] };

    const answer = source.response(await handlers.auth({ ...event, [key]: broken }, testContext()));

    expect(answer.status).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', type: expect.stringMatching(/^https:/) });
    for (const [name, value] of Object.entries(securityHeaders)) expect(answer.headers.get(name)).toBe(value);
  });

  test('a body that is neither text nor bytes is answered as by the app', async () => {
    await kept(await answerTo(handlers.auth, { body: 17 }), 400, 'malformed_body');
  });

  test.each([
    ['does not answer in time', 503, 'unavailable', () => undefined],
    [
      'throws',
      500,
      'internal',
      () => {
        throw new Error('secret');
      },
    ],
    [
      'rejects',
      500,
      'internal',
      async () => {
        throw new Error('secret');
      },
    ],
    [
      'breaks off',
      500,
      'internal',
      (res) => {
        res.write('half');
        res.destroy();
      },
    ],
    [
      'ends with an interim status',
      500,
      'internal',
      (res) => {
        res.writeHead(103).end();
      },
    ],
  ] as [string, number, 'internal', Parameters<typeof failing>[0]][])(
    'an app that %s is answered for as by the app',
    async (_what, status, code, app) => {
      await kept(await answerTo(failing(app)), status, code);
    },
  );

  describe('the description of the API', () => {
    const cookies: Record<string, string[]> = {
      none: [],
      'a notice': ['notice=signed_out', '__Host-notice=password_reset'],
      'another notice': ['notice=left'],
      'a session': ['session=s%3Aabc.def', '__Host-session=s%3Aabc.def', 'session_auth=s%3Aabc.def'],
      junk: ['a=b', 'theme=<script>'],
    };
    const asked = (handler: typeof handlers.docs, path: string, sent: string[] = [], agent = 'a') =>
      createClient(handler, source).get(path, {
        cookies: sent,
        headers: { 'user-agent': agent, accept: 'text/html', referer: 'https://example.net/x' },
      });

    test.each(['/docs', '/openapi.json'])('%s is the same, byte for byte, whoever asks', async (path) => {
      const plain = await createClient(handlers.docs, source).get(path);

      for (const [who, sent] of Object.entries(cookies)) {
        const answer = await asked(handlers.docs, path, sent, who);
        expect(answer.bytes.equals(plain.bytes), who).toBe(true);
        expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
        expect(answer.cookies, who).toEqual([]);
        expect(answer.headers.get('clear-site-data')).toBeNull();
      }
    });

    test('is the same in an app that knows sessions, to who is signed in', async () => {
      const before = sessionMiddleware(services);
      const handler = httpHandler(createApp({ ...services, before, routes: docsRoutes(config) }), services);
      const member = createClient(handlers.auth, source);
      const email = `${crypto.randomUUID()}@example.com`;
      await member.post('/auth/sign-up', { email, password: 'four plain words together' });

      const plain = await asked(handler, '/docs');
      const signedIn = await asked(handler, '/docs', [...signedInBy(member), 'notice=signed_up']);

      expect(signedIn.bytes.equals(plain.bytes)).toBe(true);
      expect(signedIn.cookies).toEqual([]);
    });
  });
});
