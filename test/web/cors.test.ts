import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandWatch, watchCommands } from '../support/commands.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource, eventSources, type TestAnswer } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { besideDevice } from '../support/session-cookie.ts';

const database = testDatabase('cors');
const ours = 'https://app.example.com';
const allowed = 'https://admin.example.org';
const evil = 'https://evil.example.net';
let instance: Instance;
let watch: CommandWatch;

beforeAll(async () => {
  instance = startInstance({
    database,
    environment: { PUBLIC_URL: ours, ALLOWED_ORIGINS: allowed },
    mongoOptions: { monitorCommands: true },
  });
  await database.prepare();
  watch = watchCommands(instance);
});

afterAll(async () => {
  await instance.end();
  await database.drop();
});

function corsHeaders(answer: TestAnswer): string[] {
  const names: string[] = [];
  answer.headers.forEach((_value, name) => {
    if (name.startsWith('access-control-')) names.push(name);
  });
  return names;
}

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(instance.handlers.auth, source);
  const preflight = (origin: string, headers: Record<string, string> = {}, path = '/auth/sign-in') =>
    client().request({
      method: 'OPTIONS',
      path,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
        ...headers,
      },
    });

  test.each([ours, allowed])('ASVS 3.4.2: %s may read answers, with credentials', async (origin) => {
    const answer = await client().get('/auth/session', { headers: { origin } });

    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
    expect(answer.headers.get('access-control-expose-headers')?.split(/,\s*/)).toEqual(
      expect.arrayContaining(['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy']),
    );
    expect(answer.headers.get('vary')).toBe('Origin');
  });

  test.each([
    evil,
    'null',
    '',
    '*',
    'https://admin.example.org.evil.example.net',
    'https://admin.example.org:8443',
    'http://admin.example.org',
    'https://ADMIN.example.org',
    'https://xadmin.example.org',
  ])('ASVS 3.4.2: the origin "%s" may read nothing', async (origin) => {
    for (const answer of [
      await client().get('/auth/session', { headers: { origin } }),
      await client().post('/auth/sign-out', undefined, { headers: { origin } }),
      await preflight(origin),
    ]) {
      expect(corsHeaders(answer)).toEqual([]);
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  test('a preflight is answered with what is allowed, without touching the database', async () => {
    const signedIn = client();
    await signedIn.post('/auth/sign-up', {
      email: `${source.name.replace(/\W/g, '')}@example.com`,
      password: 'a good long password',
    });
    watch.clear();

    const answers = [
      await preflight(allowed),
      await preflight(allowed, {}, '/auth/nowhere'),
      await preflight(evil),
      await preflight(allowed, { cookie: `session_auth=${signedIn.cookies.get('session_auth')}` }),
    ];

    expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
      answers.map(() => ({ status: 204, body: '' })),
    );
    expect(watch.sent).toEqual([]);
    const { headers } = answers[0] as TestAnswer;
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-methods')?.split(/,\s*/)).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PATCH', 'DELETE']),
    );
    expect(headers.get('access-control-allow-headers')?.toLowerCase()).toBe('content-type');
    expect(Number(headers.get('access-control-max-age'))).toBeGreaterThan(0);
    expect(headers.get('x-request-id')).toBeTruthy();
  });

  test('an OPTIONS that is no preflight is answered by the address', async () => {
    const answer = await client().request({
      method: 'OPTIONS',
      path: '/auth/sign-in',
      headers: { origin: allowed },
    });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
  });

  test('an allowed origin reads errors too, and every answer varies by origin', async () => {
    const headers = { origin: allowed };
    const answers = [
      await client().post('/auth/sign-in', 'no JSON', {
        headers: { ...headers, 'content-type': 'text/plain' },
      }),
      await client().post('/auth/sign-in', {}, { headers }),
      await client().get('/auth/sign-in', { headers }),
      await client().get('/auth/nowhere', { headers }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([415, 422, 405, 404]);
    for (const answer of answers) expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    const without = await client().get('/auth/session');
    expect(without.headers.get('vary')).toBe('Origin');
    expect(corsHeaders(without)).toEqual([]);
  });
});

test('a page on another site signs in and is known, where COOKIE_SAME_SITE=None says so', async () => {
  const deployed = startInstance({
    database,
    environment: {
      STAGE: 'prod',
      PUBLIC_URL: ours,
      ALLOWED_ORIGINS: allowed,
      COOKIE_SAME_SITE: 'None',
      MAIL_FROM: 'no-reply@example.com',
    },
  });
  const source = eventSource('REST API');
  const page = createClient(deployed.handlers.auth, source, {
    headers: { origin: allowed, 'sec-fetch-site': 'cross-site' },
  });

  const account = { email: 'cross@example.com', password: 'a good long password' };
  await createClient(instance.handlers.auth, source).post('/auth/sign-up', account);

  const signedIn = await page.post('/auth/sign-in', account);

  expect(signedIn.status).toBe(200);
  expect(besideDevice(signedIn)[0]).toMatch(/^__Host-session=.*SameSite=None/i);
  expect((await page.get('/auth/session')).status).toBe(200);
  await deployed.end();
});

describe('ALLOWED_HEADERS', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const preflight = (to: Instance, origin: string, asked: string) =>
    createClient(to.handlers.auth, source).request({
      method: 'OPTIONS',
      path: '/auth/session',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': asked,
      },
    });
  const allowedBy = (answer: TestAnswer) =>
    answer.headers.get('access-control-allow-headers')?.toLowerCase().split(/,\s*/) ?? [];

  test('lets pages of allowed origins send what it names beside Content-Type, and no others', async () => {
    const tracing = startInstance({
      database,
      environment: { PUBLIC_URL: ours, ALLOWED_ORIGINS: allowed, ALLOWED_HEADERS: 'traceparent, Baggage' },
    });

    const listed = allowedBy(await preflight(tracing, allowed, 'traceparent'));
    const foreign = await preflight(tracing, evil, 'traceparent');

    expect(listed).toEqual(['content-type', 'traceparent', 'baggage']);
    expect(corsHeaders(foreign)).toEqual([]);
    await tracing.end();
  });

  test('names none unless it is set, whatever a page asks for', async () => {
    expect(allowedBy(await preflight(instance, allowed, 'traceparent, authorization'))).toEqual([
      'content-type',
    ]);
  });
});
