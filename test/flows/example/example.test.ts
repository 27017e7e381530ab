import { afterAll, describe, expect, test } from 'vitest';
import { authorizedUser } from '../../../lib/aws/authorized-user.ts';
import { createClient, eventSources, testContext } from '../../support/events.ts';
import { startInstance } from '../../support/instance.ts';

// The example needs no database: the authorizer has asked it.
const instance = startInstance({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_none' } });
afterAll(() => instance.end());

describe.each(eventSources)('by $name', (source) => {
  const client = createClient(instance.handlers.example, source);

  test('a call that no authorizer let through is refused', async () => {
    const answer = await client.get('/example', { cookies: ['session_auth=s%3Awhatever'] });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ code: 'not_signed_in', status: 401 });
  });

  test('a header that claims to be the authorizer is no authorizer', async () => {
    const claims = JSON.stringify({ userId: 'somebody' });
    const answer = await client.get('/example', { headers: { authorizer: claims, 'x-authorizer': claims } });

    expect(answer.status).toBe(401);
  });

  test('every other method is refused with what is allowed', async () => {
    const answer = await client.post('/example', { userId: 'somebody' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });
});

test('the one whom the authorizer names is answered', async () => {
  const source = eventSources.find(({ name }) => name === 'HTTP API, payload 2.0')!;
  const event = source.event({ path: '/example' }) as { requestContext: Record<string, unknown> };
  event.requestContext.authorizer = { lambda: { userId: 'u1' } };

  const answer = source.response(await instance.handlers.example(event, testContext()));

  expect([answer.status, answer.json()]).toEqual([200, { userId: 'u1' }]);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('other authorizers of API Gateway are not taken for ours', () => {
  const at = (version: string, authorizer: unknown) => ({ version, requestContext: { authorizer } });

  for (const event of [
    null,
    {},
    at('2.0', null),
    at('2.0', { userId: 'u1' }),
    at('2.0', { jwt: { claims: { userId: 'u1' } } }),
    at('2.0', { iam: { userId: 'u1' } }),
    at('2.0', { lambda: { userId: '' } }),
    at('2.0', { lambda: { userId: { $ne: '' } } }),
    at('1.0', { claims: { userId: 'u1' } }),
  ])
    expect.soft(authorizedUser(event), JSON.stringify(event)).toBeUndefined();
});
