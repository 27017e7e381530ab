import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandWatch, watchCommands } from '../support/commands.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource, eventSources } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('cross_origin');
const ours = 'https://app.example.com';
const allowed = 'https://admin.example.org';
const evil = 'https://evil.example.net';
let instance: Instance;
let watch: CommandWatch;

beforeAll(async () => {
  instance = startInstance({
    database,
    environment: { PUBLIC_URL: ours, ALLOWED_ORIGINS: `${allowed}, http://localhost:5173` },
    mongoOptions: { monitorCommands: true },
  });
  await database.prepare();
  watch = watchCommands(instance);
});

afterAll(async () => {
  await instance.end();
  await database.drop();
});

type Headers = Record<string, string>;
const from = (site: string | undefined, origin: string | undefined): Headers => ({
  ...(site === undefined ? {} : { 'sec-fetch-site': site }),
  ...(origin === undefined ? {} : { origin }),
});

/** Headers, and whether a request that changes something is let in with them. */
const table: [what: string, headers: Headers, letIn: boolean][] = [
  ['neither header: no browser', from(undefined, undefined), true],
  ['same-origin', from('same-origin', undefined), true],
  ['same-origin, from our origin', from('same-origin', ours), true],
  ['same-origin, its origin withheld by a referrer policy', from('same-origin', 'null'), true],
  ['none: the user alone', from('none', undefined), true],
  ['our origin, from an older browser', from(undefined, ours), true],
  ['an allowed origin, from an older browser', from(undefined, allowed), true],
  ['a second allowed origin', from(undefined, 'http://localhost:5173'), true],
  ['same-site, from an allowed origin', from('same-site', allowed), true],
  ['cross-site, from an allowed origin', from('cross-site', allowed), true],
  ['cross-site, from our origin', from('cross-site', ours), true],
  ['same-site, of unknown origin', from('same-site', undefined), false],
  ['same-site, from another origin', from('same-site', 'https://blog.example.com'), false],
  ['cross-site, of unknown origin', from('cross-site', undefined), false],
  ['cross-site, from another origin', from('cross-site', evil), false],
  ['another origin, from an older browser', from(undefined, evil), false],
  ['the origin null', from(undefined, 'null'), false],
  ['cross-site, from the origin null', from('cross-site', 'null'), false],
  ['no origin at all in the header', from(undefined, ''), false],
  ['a value that no browser sends', from('SAME-ORIGIN', undefined), false],
  ['a value beside another', from('same-origin, cross-site', undefined), false],
  ['our host under http', from(undefined, 'http://app.example.com'), false],
  ['our host with another port', from(undefined, `${ours}:8443`), false],
  ['our origin with a slash', from(undefined, `${ours}/`), false],
  ['our origin in capitals', from(undefined, ours.toUpperCase()), false],
  ['an origin that begins with ours', from(undefined, `${ours}.evil.example.net`), false],
  ['an origin that ends with ours', from(undefined, 'https://evilapp.example.com'), false],
  ['two origins', from(undefined, `${ours}, ${evil}`), false],
  ['two origins, the old way', from(undefined, `${ours} ${evil}`), false],
];

const changing = ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'post'];
const reading = ['GET', 'HEAD', 'OPTIONS'];

describe.each(table)('ASVS 3.5.1: a request with %s', (_what, headers, letIn) => {
  test.each(changing)(`that may change something (%s) is ${letIn ? 'let in' : 'refused'}`, async (method) => {
    const client = createClient(instance.handlers.auth, eventSource('REST API'));
    watch.clear();

    const answer = await client.request({ method, path: '/auth/nowhere', headers });

    expect(answer.json().code).toBe(letIn ? 'not_found' : 'cross_origin');
    expect(answer.status).toBe(letIn ? 404 : 403);
    expect(watch.sent).toEqual([]);
  });

  test.each(reading)('that changes nothing (%s) is let in', async (method) => {
    const client = createClient(instance.handlers.health, eventSource('REST API'));

    expect((await client.request({ method, path: '/health/live', headers })).status).toBeLessThan(300);
  });
});

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(instance.handlers.auth, source);
  const body = { email: `${source.name.replace(/\W/g, '')}@example.com`, password: 'a good long password' };

  test.each(['/auth/sign-up', '/auth/sign-in', '/auth/sign-out'])(
    'ASVS 3.5.1: %s is closed to other origins, before body, session and database',
    async (path) => {
      watch.clear();

      const answer = await client().post(path, 'not even JSON', {
        headers: { 'sec-fetch-site': 'cross-site', origin: evil, 'content-type': 'application/json' },
        cookies: { session: 's:forged.signature' },
      });

      expect(answer.status).toBe(403);
      expect(answer.json()).toMatchObject({ code: 'cross_origin', status: 403 });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.cookies).toEqual([]);
      expect(watch.sent).toEqual([]);
    },
  );

  test('ASVS 3.5.1: a refused sign-out leaves the session as it was', async () => {
    const signedIn = client();
    await signedIn.post('/auth/sign-up', body);

    const refused = await signedIn.post('/auth/sign-out', undefined, { headers: { origin: evil } });

    expect(refused.status).toBe(403);
    expect((await signedIn.get('/auth/session')).status).toBe(200);
  });

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'ASVS 3.5.2: a body as %s, which forms can send, is refused, from our own origin too',
    async (type) => {
      watch.clear();

      const answer = await client().post('/auth/sign-in', JSON.stringify(body), {
        headers: { 'content-type': type, origin: ours },
      });

      expect(answer.status).toBe(415);
      expect(answer.json().code).toBe('unsupported_media_type');
      expect(watch.sent).toEqual([]);
    },
  );
});
