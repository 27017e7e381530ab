import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, html, signedUp } from '../support/browse.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource, eventSources } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('headers_too_large');
/** Of other applications on the same domain. */
const foreign = [`a=${'x'.repeat(4150)}`, `b=${'y'.repeat(4150)}`];
let instance: Instance;
let session: string;

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
  const { client } = await signedUp(instance);
  session = Object.entries(client.cookies.all())
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

const cookies = () => [session, ...foreign];
const pages = (source = eventSource('HTTP API, payload 2.0')) =>
  createClient(instance.handlers.pages, source, { headers: html });

describe.each(eventSources)('from $name', (source) => {
  test('8.3 kB of cookies are 431, and a page that says to delete them, with a button', async () => {
    const page = await pages(source).get('/settings', { cookies: cookies() });

    expect(page.status).toBe(431);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.body).toContain('delete its cookies');
    expect(page.body).toMatch(/<form method="post" action="\/sign-out">.*Delete the cookies of this site/);
    expect(page.body).not.toContain('cannot be read<');
    // They are the whole domain's: who opens a page has not asked for that.
    expect(page.headers.get('clear-site-data')).toBeNull();
  });

  test('the button has the browser delete them', async () => {
    const answer = await pages(source).post('/sign-out', '', { cookies: cookies(), headers: form });

    expect(answer.status).toBe(431);
    expect(answer.headers.get('clear-site-data')).toBe('"cookies"');
    expect(answer.body).toContain('href="/"');
    expect(answer.body).not.toContain('Delete the cookies of this site');
  });

  test('a page of another origin cannot press it', async () => {
    const headers = { ...form, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

    const answer = await pages(source).post('/sign-out', '', { cookies: cookies(), headers });

    expect(answer.status).toBe(403);
    expect(answer.headers.get('clear-site-data')).toBeNull();
  });

  test('programs are told so in JSON', async () => {
    const client = createClient(instance.handlers.auth, source);

    const answer = await client.get('/auth/session', { cookies: cookies() });

    expect(answer.json()).toMatchObject({ status: 431, code: 'headers_too_large' });
    expect(answer.json().detail).toMatch(/[Dd]elete/);
    expect(answer.cookies).toEqual([]);
  });
});

test('another form that is sent meanwhile deletes nothing', async () => {
  const body = new URLSearchParams({ form: 'name', name: 'Ada' }).toString();

  const answer = await pages().post('/settings', body, { cookies: cookies(), headers: form });

  expect(answer.status).toBe(431);
  expect(answer.headers.get('clear-site-data')).toBeNull();
});

test('a sign-out of ordinary size deletes no cookie but its own', async () => {
  const { post } = await signedUp(instance);

  const answer = await post('/sign-out');

  expect(answer.status).toBe(303);
  expect(answer.headers.get('clear-site-data')).not.toMatch(/cookies|\*/);
});

test('every function says so, the description too', async () => {
  const { auth, account, sessions, health, docs, example } = instance.handlers;
  const asked = {
    '/auth/session': auth,
    '/account': account,
    '/sessions': sessions,
    '/health/live': health,
    '/openapi.json': docs,
    '/example': example,
  };

  for (const [path, handler] of Object.entries(asked))
    for (const more of [
      { cookies: cookies() },
      { headers: { 'x-a': 'a'.repeat(9000), 'x-b': 'b'.repeat(9000) } },
    ])
      expect
        .soft((await createClient(handler, eventSource('REST API')).get(path, more)).status, path)
        .toBe(431);
});

test('8 KiB of cookies are read', async () => {
  const room = 8192 - session.length - 4;

  const answer = await pages().get('/settings', { cookies: [session, `a=${'x'.repeat(room)}`] });

  expect(answer.status).toBe(200);
});
