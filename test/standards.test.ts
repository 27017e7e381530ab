import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase } from './support/database.ts';
import { createClient, eventSource } from './support/events.ts';
import { type Instance, startInstance } from './support/instance.ts';

// Points of the security checklist that belong to no one part of the product.

const database = testDatabase('standards');
const source = eventSource('HTTP API, payload 2.0');
const start = { at: new Date('2026-01-05T09:00:00Z') };
let now = start.at;
let instance: Instance;

beforeAll(async () => {
  instance = startInstance({ database, now: () => now });
  await database.prepare();
});

afterAll(async () => {
  await instance.end();
  await database.drop();
});

const client = () => createClient(instance.handlers.auth, source);
const password = 'tide lamp orbit quill';
const years = (count: number) => new Date(start.at.getTime() + count * 365 * 24 * 60 * 60 * 1000);

test('ASVS 6.3.2: a new database has no account, and none that anybody could guess', async () => {
  expect(await database.db().collection('users').countDocuments()).toBe(0);
  for (const name of ['admin', 'root', 'test', 'user'])
    expect(
      (await client().post('/auth/sign-in', { email: `${name}@example.com`, password: name })).status,
    ).toBe(401);
});

test('ASVS 7.2.1: what a session says is in the database alone; the cookie is an id and its signature', async () => {
  const ada = client();
  await ada.post('/auth/sign-up', { email: 'ada@example.com', password });
  const cookie = decodeURIComponent(ada.cookies.get('session_auth') ?? '');

  expect(cookie).toMatch(/^s:[\w-]{43}\.[\w+/]{43}$/);
  await database.db().collection('sessions').deleteMany({});
  expect((await ada.get('/auth/session')).status).toBe(401);
});

test('ASVS 6.2.10: a password does not expire', async () => {
  await client().post('/auth/sign-up', { email: 'patient@example.com', password });
  now = years(10);

  const answer = await client().post('/auth/sign-in', { email: 'patient@example.com', password });

  expect(answer.status).toBe(200);
  now = start.at;
});

test('ASVS 11.5.1: tokens in mails have 256 random bits; no UUID stands in for a secret', async () => {
  const tokens = new Set<string>();
  for (const name of ['one', 'two', 'three']) {
    const ada = client();
    const email = `${name}.token@example.com`;
    await ada.post('/auth/sign-up', { email, password });
    await ada.post('/auth/password/forgot', { email });
    const outbox = (await ada.get(`/dev/outbox?to=${encodeURIComponent(email)}`)).json();
    for (const { text } of outbox.messages) tokens.add(/token=([\w-]+)/.exec(text)?.[1] ?? '');
  }

  expect(tokens.size).toBe(6);
  for (const token of tokens) {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  }
});

test('ASVS 13.3.4: the secret that signs cookies is replaced without signing anybody out', async () => {
  const old = 'an old secret of at least 32 characters';
  const fresh = 'a fresh secret of at least 32 characters';
  const before = startInstance({ database, environment: { SESSION_SECRETS: old } });
  const after = startInstance({ database, environment: { SESSION_SECRETS: `${fresh},${old}` } });
  const ada = createClient(before.handlers.auth, source);
  await ada.post('/auth/sign-up', { email: 'rotating@example.com', password });

  const later = createClient(after.handlers.auth, source);
  later.cookies.set('session_auth', ada.cookies.get('session_auth') ?? '');

  expect((await later.get('/auth/session')).status).toBe(200);
  await Promise.all([before.end(), after.end()]);
});
