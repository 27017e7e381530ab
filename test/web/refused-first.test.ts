import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApiDocument } from '../../lib/flows/docs/openapi.ts';
import type { Operation } from '../../lib/web/operation.ts';
import { withEmailCode } from '../support/email-code.ts';
import { createClient, eventSources } from '../support/events.ts';
import { startInstance } from '../support/instance.ts';
import { functionOf, operations } from '../support/observed-api.ts';
import { expectProblem } from '../support/problems.ts';

/** What an address does not take is said before anything else is found wrong: no database is there to ask. */

const instance = startInstance({
  database: { uri: 'mongodb://127.0.0.1:1', name: 'test_none' },
  environment: withEmailCode,
});
const handlers = new Map(Object.entries(instance.handlers));
afterAll(() => instance.end());

const allowed = new Map<string, Set<string>>();
const servedBy = new Map<string, string>();
beforeAll(() => {
  for (const operation of operations.values() as Iterable<Operation>) {
    const methods = allowed.get(operation.path) ?? new Set(['OPTIONS']);
    methods.add(operation.method.toUpperCase());
    if (operation.method === 'get') methods.add('HEAD');
    allowed.set(operation.path, methods);
    servedBy.set(operation.path, functionOf(operation));
  }
});

const session = `session=s%3A${'a'.repeat(43)}.${'b'.repeat(43)}`;
/** Requests in which something else is wrong as well. */
const requests: Record<string, { body?: string; headers?: Record<string, string>; cookies?: string[] }> = {
  'nothing else wrong': {},
  'a session that nobody can look up': { cookies: [session, `session_auth=${session.slice(8)}`] },
  'two session cookies': {
    cookies: [session, session, `session_auth=${session.slice(8)}`, 'session_auth=x'],
  },
  'a body that is no JSON': { body: '{', headers: { 'content-type': 'application/json' } },
  'a body of another type': { body: 'x', headers: { 'content-type': 'text/plain' } },
  'a form that is none': { body: 'a=%', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  'a type without a body': { headers: { 'content-type': 'text/plain' } },
  'a body that is too large': { body: 'x'.repeat(17_000) },
};
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'BREW'];

describe.each(eventSources)('from $name', (source) => {
  test.each(Object.keys(requests))('a method that is not served is 405, with %s', async (kind) => {
    let asked = 0;
    for (const [path, allow] of allowed)
      for (const method of methods.filter((each) => !allow.has(each))) {
        const client = createClient(handlers.get(servedBy.get(path)!) as never, source);
        const answer = await client.request({
          ...requests[kind],
          method,
          path: path.replace(/\{\w+\}/, 'some-id'),
          expect5xx: true,
        });
        asked += 1;

        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(new Set(answer.headers.get('allow')?.split(', ')), path).toEqual(allow);
        if (method !== 'HEAD') expectProblem(answer, 405, 'method_not_allowed');
      }
    expect(asked).toBeGreaterThan(100);
  });

  test.each(Object.keys(requests).filter((kind) => kind !== 'two session cookies'))(
    'an address that is not served is 404, with %s',
    async (kind) => {
      for (const [name, path] of [
        ['auth', '/auth/nowhere'],
        ['auth', '/auth/sign-in/'],
        ['account', '/account/nowhere'],
        ['admin', '/admin/nowhere'],
        ['sessions', '/sessions/a/b'],
        ['pages', '/wp-login.php'],
        ['health', '/health/'],
        ['docs', '/docs/x'],
        ['example', '/example/x'],
      ] as const) {
        const client = createClient(instance.handlers[name], source);
        const answer = await client.post(path, requests[kind]?.body, { ...requests[kind], expect5xx: true });

        expectProblem(answer, 404, 'not_found');
      }
    },
  );

  test('OPTIONS says what an address takes, with whatever body and cookie', async () => {
    for (const [path, allow] of allowed)
      for (const given of Object.values(requests)) {
        const client = createClient(handlers.get(servedBy.get(path)!) as never, source);
        const answer = await client.request({
          ...given,
          method: 'OPTIONS',
          path: path.replace(/\{\w+\}/, 'x'),
        });

        expect([answer.status, answer.body]).toEqual([204, '']);
        expect(new Set(answer.headers.get('allow')?.split(', '))).toEqual(allow);
      }
  });
});

test('the description of the example says what API Gateway answers there by itself', () => {
  const { get } = openApiDocument(instance.config).paths['/example']!;
  const contentOf = (status: string) => Object.keys((get!.responses[status] as { content: object }).content);

  // Without an identity source it refuses nobody before the authorizer has been asked.
  expect(get!.responses['401']).toEqual({ $ref: '#/components/responses/not_signed_in' });
  expect(contentOf('403')).toEqual(['application/json']);
  expect(contentOf('500')).toEqual(['application/problem+json', 'application/json']);
});
