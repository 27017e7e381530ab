import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browse } from '../support/browse.ts';
import { testDatabase } from '../support/database.ts';
import { createClient, eventSource, eventSources } from '../support/events.ts';
import { type Instance, startInstance } from '../support/instance.ts';

const database = testDatabase('media_types');
const account = { email: 'ada@example.com', password: 'four plain words together' };
let instance: Instance;

beforeAll(async () => {
  instance = startInstance({ database });
  await database.prepare();
  await createClient(instance.handlers.auth, eventSource('REST API')).post('/auth/sign-up', account);
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

const anyType = [
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain;charset=UTF-8',
  'application/octet-stream',
  'application/json',
  'nonsense',
  '',
];

const json = [
  'application/json',
  'Application/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=utf8',
  'application/json; charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json;odata=verbose',
  'application/json; odata.metadata=minimal; charset=utf-8',
  'application/json; charset=iso-8859-1',
  'application/json ; charset=utf-8',
  'application/json;',
  'application/json; nonsense',
  'application/json;;=',
];

const others = [
  'text/plain',
  'text/plain; application/json',
  'text/plain, application/json',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; application/json',
  'multipart/form-data; boundary=application/json',
  'application/jsonp',
  'application/json-seq',
  'application/vnd.api+json',
  'text/json',
  'json',
  '; application/json',
  '',
];

describe.each(eventSources)('from $name', (source) => {
  const auth = () => createClient(instance.handlers.auth, source);

  test.each(anyType)('an empty body has no type, whatever is said: "%s"', async (type) => {
    const client = auth();
    await client.post('/auth/sign-in', account);
    const headers = { 'content-type': type, 'content-length': '0' };

    const resent = await client.post('/auth/email/resend', undefined, { headers });
    const out = await client.post('/auth/sign-out', undefined, { headers });

    expect([resent.status, out.status]).toEqual([202, 204]);
    expect((await client.get('/auth/session')).status).toBe(401);
    // What needs a body says what is missing.
    expect((await client.post('/auth/sign-in', undefined, { headers })).json().code).toBe('invalid_request');
  });

  test.each(json)('JSON with any parameters is JSON: "%s"', async (type) => {
    const headers = { 'content-type': type };

    const { status } = await auth().post('/auth/sign-in', JSON.stringify(account), { headers });

    expect(status).toBe(200);
  });

  test.each(others)('ASVS 3.5.2: what is not JSON is refused: "%s"', async (type) => {
    const headers = { 'content-type': type };

    for (const path of ['/auth/sign-in', '/auth/sign-out'])
      expect((await auth().post(path, JSON.stringify(account), { headers })).status, path).toBe(415);
  });
});

test('JSON is read as UTF-8, whatever charset is said', async () => {
  const headers = { 'content-type': 'application/json; charset=iso-8859-1' };
  const { post } = createClient(instance.handlers.auth, eventSource('REST API'));

  const signUp = { ...account, email: 'zoe@example.com', name: 'Zoë' };
  const utf8 = await post('/auth/sign-up', JSON.stringify(signUp), { headers });

  expect(utf8.json().user.name).toBe('Zoë');
});

test.each(['', '; charset=utf8', ';charset=UTF-8', '; nonsense'])(
  'a form with any parameters is a form: "%s"',
  async (parameters) => {
    const headers = { 'content-type': `application/x-www-form-urlencoded${parameters}` };
    const body = new URLSearchParams(account).toString();

    expect((await browse(instance).client.post('/sign-in', body, { headers })).status).toBe(303);
  },
);
