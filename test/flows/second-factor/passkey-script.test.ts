import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { passkeyScript } from '../../../lib/flows/shared/passkey-script.ts';
import { browse, signedUp } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { watchCommands } from '../../support/commands.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('passkey script');
const { path } = passkeyScript;

test.each(eventSources)('over $name it is served to anybody, and kept for good', async (source) => {
  const { client, get } = browse(start(), source);

  const { status, headers, body, cookies } = await get(path);

  expect([status, headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(cookies).toEqual([]);
  const digest = createHash('sha256').update(body).digest();
  expect(path).toBe(`/passkeys-${digest.toString('base64url')}.js`);
  expect(passkeyScript.integrity).toBe(`sha256-${digest.toString('base64')}`);
  const head = await client.request({ method: 'HEAD', path });
  expect([head.status, head.body, head.headers.get('cache-control')]).toEqual([
    200,
    '',
    headers.get('cache-control'),
  ]);
});

test('is at most 6 kB, also where nothing has made it smaller', () => {
  expect(Buffer.byteLength(passkeyScript.text)).toBeLessThanOrEqual(6000);
});

test('says what its page gives it to say, in the language of the page, and never what the API says in English', () => {
  expect(passkeyScript.text).not.toMatch(/\.(detail|title|errors)\b/);
});

test('is not there under another hash, and takes no other method', async () => {
  const { get, post } = browse(start());

  for (const other of ['/passkeys-.js', '/passkeys-x.js', `${path.slice(0, -4)}.js`, path.slice(0, -3)])
    expect.soft((await get(other)).status, other).toBe(404);
  const refused = await post(path);
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
});

test('asks no database and sets no cookie, whoever asks and however old their session is', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { client, get } = await signedUp(instance);
  clock.pass(86_400);
  const watch = watchCommands(instance);

  for (const asked of [path, '/passkeys-x.js']) expect((await get(asked)).cookies).toEqual([]);

  expect(watch.names()).toEqual([]);
  // Of any other address its session is read, and its use written down.
  expect((await client.get('/settings')).status).toBe(200);
  expect(watch.names()).not.toEqual([]);
});

test('is there without a database', async () => {
  const { get } = browse(start({ database: { uri: 'mongodb://127.0.0.1:1', name: 'test_away' } }));

  expect((await get(path, { cookies: ['session_auth=s%3Aanything'] })).status).toBe(200);
});
