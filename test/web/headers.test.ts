import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSources, type TestAnswer } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('headers');
let instance: Instance;

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
});

afterAll(async () => {
  await instance.end();
  await database.drop();
});

const year = 365 * 24 * 60 * 60;

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(instance.handlers.auth, source);
  const account = {
    email: `${source.name.replace(/\W/g, '')}@example.com`,
    password: 'a good long password',
  };
  let answers: [kind: string, answer: TestAnswer][];

  /** Answers of every kind: success and failure, before a route and after it. */
  beforeAll(async () => {
    const signedIn = client();
    const json = { 'content-type': 'application/json' };
    answers = Object.entries({
      'sign-up': await signedIn.post('/auth/sign-up', account),
      session: await signedIn.get('/auth/session'),
      head: await signedIn.request({ method: 'HEAD', path: '/auth/session' }),
      'sign-in': await client().post('/auth/sign-in', account),
      'wrong password': await client().post('/auth/sign-in', { ...account, password: 'wrong' }),
      'sign-out': await signedIn.post('/auth/sign-out'),
      'not signed in': await client().get('/auth/session'),
      'malformed body': await client().post('/auth/sign-in', '{', { headers: json }),
      'invalid request': await client().post('/auth/sign-in', {}),
      'body too large': await client().post('/auth/sign-in', { email: 'x'.repeat(20_000) }),
      'other type': await client().post('/auth/sign-in', 'x', { headers: { 'content-type': 'text/plain' } }),
      'cross-origin': await client().post('/auth/sign-out', undefined, {
        headers: { origin: 'https://evil.example.net' },
      }),
      'other method': await client().get('/auth/sign-in'),
      'unknown address': await client().get('/auth/nowhere'),
      options: await client().request({ method: 'OPTIONS', path: '/auth/session' }),
    });
  });

  test('ASVS 3.4.1, 3.4.4: every answer says HTTPS only, no sniffing, no framing, no referrer', () => {
    for (const [kind, answer] of answers) {
      const header = (name: string) => answer.headers.get(name);

      const [, maxAge] =
        /^max-age=(\d+); includeSubDomains$/.exec(header('strict-transport-security') ?? '') ?? [];
      expect(Number(maxAge), kind).toBeGreaterThanOrEqual(year);
      expect(header('x-content-type-options'), kind).toBe('nosniff');
      expect(header('referrer-policy'), kind).toBe('no-referrer');
      expect(header('content-security-policy'), kind).toContain("frame-ancestors 'none'");
      expect(header('x-frame-options'), kind).toBe('DENY');
      expect(header('x-powered-by'), kind).toBeNull();
      expect(header('server'), kind).toBeNull();
    }
  });

  test('SM: every answer of a function that knows sessions is no-store, and has its request’s id', () => {
    for (const [kind, answer] of answers) {
      expect(answer.headers.get('cache-control'), kind).toBe('no-store');
      expect(answer.headers.get('x-request-id'), kind).toMatch(/^[\w.:=+/-]{8,}$/);
      expect(answer.headers.get('etag'), kind).toBeNull();
    }
    const ids = answers.map(([, answer]) => answer.headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('SM: sign-out tells the browser to clear what it keeps, and nothing else does', () => {
    for (const [kind, answer] of answers)
      expect(answer.headers.get('clear-site-data'), kind).toBe(kind === 'sign-out' ? '"storage"' : null);
  });
});
