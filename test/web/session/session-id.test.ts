import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newSessionId } from '../../../lib/sessions/id.ts';
import { createClient, eventSources, type TestAnswer, type TestClient } from '../../support/events.ts';
import { testSecret } from '../../support/instance.ts';
import { browser, httpApi } from '../../support/session-app.ts';
import { cookieOf, idIn, signed } from '../../support/session-cookie.ts';
import { sessionInstances } from '../../support/session-instances.ts';

const { database, start } = sessionInstances('session_id');
const sessions = () => database.db().collection<{ _id: string }>('sessions');
const account = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  password: 'correct horse battery staple',
});

describe('the id', () => {
  test('ASVS 7.2.3: 256 random bits', () => {
    const ids = Array.from({ length: 1000 }, newSessionId);

    expect(new Set(ids).size).toBe(1000);
    const bytes = ids.map((id) => Buffer.from(id, 'base64url'));
    for (const each of bytes) expect(each).toHaveLength(32);
    // Each of the 256 bits is set in about half of them: 500, with a standard deviation of 16.
    for (let bit = 0; bit < 256; bit += 1) {
      const set = bytes.filter((each) => ((each[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      expect(set).toBeGreaterThan(350);
      expect(set).toBeLessThan(650);
    }
  });

  test('the database holds its SHA-256 only: neither id nor cookie nor secret is anywhere in it', async () => {
    const { handler } = start();
    const client = browser(handler);
    await client.post('/auth/sign-up', account());
    await client.post('/count/visits');
    const cookie = client.cookies.get('session_auth')!;
    const id = idIn(cookie);

    const collections = await database.db().listCollections().toArray();
    const dump = await Promise.all(
      collections.map(({ name }) => database.db().collection(name).find().toArray()),
    );

    const text = JSON.stringify(dump);
    const hash = createHash('sha256').update(id).digest('base64url');
    expect(text).toContain(hash);
    const signature = decodeURIComponent(cookie).split('.')[1]!;
    for (const secret of [id, cookie, signature, Buffer.from(id).toString('hex'), testSecret])
      expect(text).not.toContain(secret);
  });

  test('SM: an id that the server did not make is never adopted, though its signature is right', async () => {
    const { handler } = start();
    const client = browser(handler);
    const planted = signed(newSessionId());
    client.cookies.set('session_auth', planted);

    expect((await client.post('/count/visits')).status).toBe(200);
    expect(client.cookies.get('session_auth')).not.toBe(planted);
    await client.post('/enter');

    const stale = browser(handler);
    stale.cookies.set('session_auth', planted);
    expect((await stale.get('/data')).json()).toEqual({});
    expect((await stale.get('/who')).status).toBe(401);
  });

  test('what the API and the database call the session is no credential', async () => {
    const { handler } = start();
    const client = browser(handler);
    await client.post('/auth/sign-up', account());
    const { session } = (await client.get('/auth/session')).json();
    const thief = browser(handler);

    for (const value of [session.id, signed(session.id), encodeURIComponent(`s:${session.id}`)]) {
      thief.cookies.set('session_auth', value);
      expect((await thief.get('/who')).status).toBe(401);
    }
  });

  test('forged, unsigned and altered cookies are not signed in, and cost no read', async () => {
    const { handler, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    const cookie = client.cookies.get('session_auth')!;
    const id = idIn(cookie);
    const forged = [
      id,
      encodeURIComponent(`s:${id}`),
      encodeURIComponent(`s:${id}.`),
      signed(id, 'another secret of at least 32 characters'),
      `${cookie}x`,
      cookie.replace(/.(?=\.)/, (last) => (last === 'A' ? 'B' : 'A')),
      encodeURIComponent(`j:{"id":"${id}"}`),
      '',
      's%3A',
    ];
    const thief = browser(handler);
    commands.clear();

    for (const value of forged) {
      const answer = await thief.get('/who', { headers: { cookie: `session_auth=${value}` } });
      expect([value, answer.status]).toEqual([value, 401]);
    }
    expect(commands.sent).toEqual([]);
  });

  test('SM: it is taken from the session cookie, or as a bearer token, and from nowhere else', async () => {
    const { handler, commands } = start();
    const client = browser(handler);
    await client.post('/enter');
    const cookie = client.cookies.get('session_auth')!;
    const id = idIn(cookie);
    const thief = browser(handler);
    commands.clear();

    const attempts: Promise<TestAnswer>[] = [cookie, decodeURIComponent(cookie), id].flatMap((value) => [
      thief.get('/who', {
        query: [
          ['session', value],
          ['session_auth', value],
          ['sid', value],
          ['sessionID', value],
        ],
      }),
      thief.get('/who', {
        headers: { session: value, authorization: `Bearer ${value}`, 'x-session-id': value },
      }),
      thief.get('/who', {
        headers: {
          cookie: `connect.sid=${value}; __Host-session=${value}; session=${value}; Session_auth=${value}`,
        },
      }),
      thief.get(`/who;session_auth=${encodeURIComponent(value)}`),
      thief.post('/auth/sign-out', { session: value, sessionID: value }),
    ]);

    for (const answer of await Promise.all(attempts)) expect([401, 404, 204]).toContain(answer.status);
    expect(commands.sent).toEqual([]);
    expect((await client.get('/who')).status).toBe(200);
  });
});

describe('secrets', () => {
  const [old, fresh] = [
    'an old secret of at least 32 characters',
    'a fresh secret of at least 32 characters',
  ];

  test('rotate without signing anyone out; one that is removed signs out whom it alone signed', async () => {
    const before = start(undefined, { environment: { SESSION_SECRETS: old } });
    const during = start(undefined, { environment: { SESSION_SECRETS: `${fresh},${old}` } });
    const after = start(undefined, { environment: { SESSION_SECRETS: fresh } });
    const [early, late] = [browser(before.handler), browser(during.handler)];
    await early.post('/enter');
    await late.post('/enter');
    const who = async (instance: typeof before, client: TestClient) =>
      (await browser(instance.handler, client).get('/who')).status;

    expect(await who(before, early)).toBe(200);
    expect(await who(during, early)).toBe(200);
    expect(await who(after, early)).toBe(401);
    expect(await who(before, late)).toBe(401);
    expect(await who(during, late)).toBe(200);
    expect(await who(after, late)).toBe(200);
  });

  test('the newest signs, and a session under an old one can be changed and signed out', async () => {
    const before = start(undefined, { environment: { SESSION_SECRETS: old } });
    const during = start(undefined, { environment: { SESSION_SECRETS: `${fresh},${old}` } });
    const client = browser(before.handler);
    await client.post('/enter');
    const same = browser(during.handler, client);

    const signedAnew = cookieOf(await browser(during.handler).post('/enter'));
    expect(signedAnew.value).toBe(signed(idIn(signedAnew.value), fresh));
    expect((await same.post('/count/visits')).json()).toEqual({ visits: 1 });
    expect((await same.post('/leave')).status).toBe(204);
    expect((await client.get('/who')).status).toBe(401);
  });
});

describe('whatever a client sends as a cookie', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'s:%.=;, "\\\0\r\nA3'), maxLength: 40 }),
    fc.string({ maxLength: 200 }).map((text) => signed(text)),
    fc.string({ maxLength: 20 }).map((text) => `s%3A${text}`),
  );
  const header = fc.oneof(
    value,
    value.map((text) => `session_auth=${text}`),
    fc
      .array(fc.tuple(fc.constantFrom('session_auth', '__proto__', 'a', ''), value), { maxLength: 4 })
      .map((pairs) => pairs.map((pair) => pair.join('=')).join('; ')),
  );

  test.each(eventSources)('no server error, nobody signed in, over $name (property)', async (source) => {
    const client = createClient(start().handler, source);

    await fc.assert(
      fc.asyncProperty(header, async (cookie) => {
        const who = await client.get('/who', { headers: { cookie } });
        const data = await client.post('/count/visits', undefined, { headers: { cookie } });

        expect(who.status).toBeGreaterThanOrEqual(400);
        expect(who.status).toBeLessThan(500);
        expect(data.status).toBeLessThan(500);
        if (data.status === 200) expect(data.json()).toEqual({ visits: 1 });
      }),
      { numRuns: 40 },
    );
  });

  test('many and long cookies', async () => {
    const client = createClient(start().handler, httpApi);
    const long = 'x'.repeat(7000);

    for (const cookie of [
      `a=${long}; session_auth=${signed('a')}`,
      Array(300).fill('a=1').join('; '),
      `session_auth=${long}`,
    ])
      expect((await client.get('/who', { headers: { cookie } })).status).toBe(401);
  });

  test('an id that MongoDB would read as more than text stays text', async () => {
    const client = createClient(start().handler, httpApi);

    for (const id of ['{"$ne":null}', '[object Object]', '$where', 'a\0b', 'ключ'.repeat(100)])
      expect((await client.get('/who', { headers: { cookie: `session_auth=${signed(id)}` } })).status).toBe(
        401,
      );
  });
});

test('the hash of an id is what the sessions are found by', async () => {
  const { handler } = start();
  const client = browser(handler);
  await client.post('/enter');
  const id = idIn(client.cookies.get('session_auth')!);

  const hash = createHash('sha256').update(id).digest('base64url');

  expect(await sessions().findOne({ _id: hash })).not.toBeNull();
  expect(await sessions().findOne({ _id: id })).toBeNull();
});
