import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CommandWatch, watchCommands } from '../support/commands.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSources, type TestRequest, testContext } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('input');
const account = { email: 'ada@example.com', password: 'a good long password' };
let instance: Instance;
let watch: CommandWatch;
/** `session_auth=...` of somebody who is signed in. */
let cookie: string;

beforeAll(async () => {
  instance = startInstance({
    database,
    environment: { RATE_LIMIT_FACTOR: '1' },
    mongoOptions: { monitorCommands: true },
  });
  await database.prepare();
  watch = watchCommands(instance);
  const client = createClient(instance.handlers.auth, eventSources[0] as (typeof eventSources)[number]);
  await client.post('/auth/sign-up', account);
  cookie = `session_auth=${client.cookies.get('session_auth')}`;
});

beforeEach(() => watch.clear());

afterAll(async () => {
  await instance.end();
  await database.drop();
});

const json = { 'content-type': 'application/json' };
const post = (body: TestRequest['body'], headers: Record<string, string> = json): Partial<TestRequest> => ({
  method: 'POST',
  path: '/auth/sign-in',
  body,
  headers,
});
const nested = (depth: number) => '{"a":'.repeat(depth) + 1 + '}'.repeat(depth);

type Case = [what: string, request: Partial<TestRequest>, status: number, code: string];

const refused: Case[] = [
  ['no JSON', post('email=ada'), 400, 'malformed_body'],
  ['half of a JSON', post('{"email":"ada@example.com",'), 400, 'malformed_body'],
  ['bytes that are no UTF-8', post(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'malformed_body'],
  ['objects 33 deep', post(nested(33)), 400, 'malformed_body'],
  ['lists 8,000 deep', post('['.repeat(8000) + ']'.repeat(8000)), 400, 'malformed_body'],
  [
    'a key twice',
    post('{"email":"a@example.com","email":"b@example.com","password":"x"}'),
    400,
    'malformed_body',
  ],
  ['a key twice, once escaped', post('{"password":"x","p\\u0061ssword":"y"}'), 400, 'malformed_body'],
  ['a key twice further in', post('{"a":{"b":1,"c":[{"d":1,"d":1}]}}'), 400, 'malformed_body'],
  ['16 KiB and a byte', post(`"${'x'.repeat(16_383)}"`), 413, 'body_too_large'],
  ['a megabyte', post('x'.repeat(1_000_000)), 413, 'body_too_large'],
  ['objects 32 deep, of unknown keys', post(nested(32)), 422, 'invalid_request'],
  ['nothing', post(undefined), 422, 'invalid_request'],
  ['nothing, of no type', post(undefined, {}), 422, 'invalid_request'],
  ['null', post('null'), 422, 'invalid_request'],
  ['a list', post('[]'), 422, 'invalid_request'],
  ['a string', post('"x"'), 422, 'invalid_request'],
  ['an unknown key', post({ ...account, admin: true }), 422, 'invalid_request'],
  [
    'the key __proto__',
    post('{"email":"a@example.com","password":"x","__proto__":{"a":1}}'),
    422,
    'invalid_request',
  ],
  [
    'the key constructor',
    post('{"email":"a@example.com","password":"x","constructor":{}}'),
    422,
    'invalid_request',
  ],
  ['an operator for the e-mail address', post({ ...account, email: { $gt: '' } }), 422, 'invalid_request'],
  ['an operator for the password', post({ ...account, password: { $ne: null } }), 422, 'invalid_request'],
  ['a list for the e-mail address', post({ ...account, email: ['ada@example.com'] }), 422, 'invalid_request'],
  ['NUL in the e-mail address', post({ ...account, email: 'ada\0@example.com' }), 422, 'invalid_request'],
  ['NUL in the password', post({ ...account, password: 'a\0b' }), 422, 'invalid_request'],
  [
    'half of a surrogate pair in the password',
    post('{"email":"a@example.com","password":"\\ud83d"}'),
    422,
    'invalid_request',
  ],
  ['half of a surrogate pair in a key', post('{"\\udc00":1}'), 422, 'invalid_request'],
  [
    'an e-mail address of 255 characters',
    post({ ...account, email: `${'a'.repeat(243)}@example.com` }),
    422,
    'invalid_request',
  ],
  ['a password of 257 characters', post({ ...account, password: 'x'.repeat(257) }), 422, 'invalid_request'],
  [
    'JSON as text',
    post(JSON.stringify(account), { 'content-type': 'text/plain' }),
    415,
    'unsupported_media_type',
  ],
  ['JSON in UTF-16', post(Buffer.from(JSON.stringify(account), 'utf16le')), 400, 'malformed_body'],
  [
    'JSON said to be compressed',
    post(JSON.stringify(account), { ...json, 'content-encoding': 'gzip' }),
    415,
    'unsupported_media_type',
  ],
  ['a body of no type', post('{}', {}), 415, 'unsupported_media_type'],
  ['NUL in the path', { path: '/auth/session%00' }, 400, 'malformed_body'],
  ['bytes in the path that are no UTF-8', { path: '/auth/%ff' }, 400, 'malformed_body'],
  ['a lone per cent in the path', { path: '/auth/100%' }, 404, 'not_found'],
  ['NUL in the query', { path: '/auth/session', query: [['a', '\0']] }, 400, 'malformed_body'],
];

const heads: Case[] = [
  ['a Cookie header of 9 KiB', { cookies: [`a=${'x'.repeat(9000)}`] }, 431, 'headers_too_large'],
  ['headers of 17 KiB', { headers: { 'x-other': 'x'.repeat(17_000) } }, 431, 'headers_too_large'],
  [
    'many cookies of 9 KiB',
    { cookies: Array.from({ length: 900 }, (_, at) => `c${at}=12345`) },
    431,
    'headers_too_large',
  ],
  ['half of a surrogate pair in a header', { headers: { 'user-agent': '\ud800' } }, 400, 'malformed_body'],
  ['NUL in a header', { headers: { 'user-agent': '\0' } }, 422, 'invalid_request'],
  ['a line break in a header', { headers: { 'user-agent': 'a\r\nx: b' } }, 422, 'invalid_request'],
];

describe.each(eventSources)('from $name', (source) => {
  const client = () => createClient(instance.handlers.auth, source);

  test.each([...refused, ...heads])('%s is refused without a query', async (_what, request, status, code) => {
    const answer = await client().request({ path: '/auth/session', ...request });

    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.cookies).toEqual([]);
    expect(watch.sent).toEqual([]);
  });

  test.each([
    ['a planted one first', () => ['session_auth=planted', cookie]],
    ['a planted one last', () => [cookie, 'session_auth=planted']],
    ['an empty one beside it', () => ['session_auth=', cookie]],
  ])('SM: two session cookies, %s, are refused without a query', async (_what, cookies) => {
    const answer = await client().get('/auth/session', { cookies: cookies() });

    expect(answer.status).toBe(400);
    expect(answer.json().detail).toMatch(/more than one session cookie/);
    expect(watch.sent).toEqual([]);
  });

  test.each([
    ['of ours, sent twice alike', () => [cookie, cookie, `x=1; ${cookie}`]],
    [
      'of a name that only looks like it',
      () => [cookie, 'Session_auth=x', 'xsession_auth=y', 'session_auth2=z'],
    ],
    ['of 4 KiB of other applications', () => [`a=${'x'.repeat(4000)}`, cookie]],
    ['with broken escapes of others', () => ['a=%zz', 'b', '=c', cookie, 'd="%00']],
  ])('cookies %s do no harm', async (_what, cookies) => {
    expect((await client().get('/auth/session', { cookies: cookies() })).status).toBe(200);
  });

  test.each([
    ['unsigned', 'session_auth=abc'],
    ['with a broken escape', 'session_auth=%zz'],
    ['with half of a signature', 'session_auth=s:abc'],
    ['with another signature', 'session_auth=s:abc.def'],
    ['as JSON', 'session_auth=j:{"a":1}'],
    ['empty', 'session_auth='],
  ])('a session cookie that is %s is nobody’s, without a query', async (_what, pair) => {
    expect((await client().get('/auth/session', { cookies: [pair] })).status).toBe(401);
    expect(watch.sent).toEqual([]);
  });
});

test('a broken escape in the query is refused, where the source passes it on as it is', async () => {
  for (const source of eventSources) {
    const event = source.event({ path: '/auth/session', query: [['a', 'MARK']] });
    const broken = JSON.parse(JSON.stringify(event).replaceAll('MARK', '%zz'));

    const answer = source.response(await instance.handlers.auth(broken, testContext()));

    const decodes = /REST|payload 1/.test(source.name);
    expect(answer.status, source.name).toBe(decodes ? 401 : 400);
  }
  expect(watch.sent).toEqual([]);
});

test.each(eventSources.filter(({ name }) => !name.startsWith('REST')))(
  'a wrong Content-Length is refused without a query, from $name',
  async (source) => {
    for (const length of ['0', '5', '99999', '-1', 'x']) {
      const answer = await createClient(instance.handlers.auth, source).post('/auth/sign-in', account, {
        headers: { 'content-length': length },
      });

      expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_body' });
    }
    expect(watch.sent).toEqual([]);
  },
);

test('a body in base64 is read and limited by its bytes', async () => {
  const source = eventSources.find(
    ({ name }) => name === 'HTTP API, payload 2.0',
  ) as (typeof eventSources)[number];
  const send = async (bytes: Buffer) => {
    const event = source.event({ method: 'POST', path: '/auth/sign-in', headers: json }) as object;
    const body = { body: bytes.toString('base64'), isBase64Encoded: true };
    return source.response(await instance.handlers.auth({ ...event, ...body }, testContext()));
  };

  expect((await send(Buffer.from(JSON.stringify(account)))).status).toBe(200);
  expect((await send(Buffer.alloc(16 * 1024 + 1, ' '))).json().code).toBe('body_too_large');
  expect((await send(Buffer.alloc(16 * 1024, ' '))).json().code).toBe('malformed_body');
  // Valid JSON but for the bytes of its one string: half of a surrogate pair, and a Latin-1 letter.
  expect((await send(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))).json().code).toBe('malformed_body');
  expect((await send(Buffer.from([0x22, 0xe4, 0x22]))).json().code).toBe('malformed_body');
});
