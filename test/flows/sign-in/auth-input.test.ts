import { afterAll, describe, expect, it } from 'vitest';
import { createClient, eventSource, eventSources } from '../../support/events.ts';
import { newAccount, newIp, scenesOf } from '../../support/outages.ts';
import { expectProblem } from '../../support/problems.ts';

const { direct, database, end } = await scenesOf('auth input');
const { handlers } = direct;
const users = () => database.db().collection('users');
afterAll(end);

describe.each(eventSources)('input from $name', (source) => {
  const client = () => createClient(handlers.auth, source, { ip: newIp() });

  it('a body that is no JSON, too large or of another type is refused', async () => {
    const json = { headers: { 'content-type': 'application/json' } };
    const large = JSON.stringify({ ...newAccount(), name: 'x'.repeat(17_000) });
    const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

    for (const body of ['{', '{"email":', 'nonsense', "{'email':1}"])
      expectProblem(await client().post('/auth/sign-in', body, json), 400, 'malformed_body');
    expectProblem(await client().post('/auth/sign-in', large, json), 413, 'body_too_large');
    for (const headers of [form.headers, { 'content-type': 'text/plain' }])
      expectProblem(
        await client().post('/auth/sign-in', JSON.stringify(newAccount()), { headers }),
        415,
        'unsupported_media_type',
      );
  });

  it('missing and wrong fields are named, each of them', async () => {
    const answer = await client().post('/auth/sign-up', { email: 'nobody', name: '' });

    expectProblem(answer, 422, 'invalid_request');
    expect(
      answer
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(['email', 'name', 'password']);
    for (const { message } of answer.json().errors) expect(message).toMatch(/^must /);
  });
});

describe('odd input to sign-up and sign-in', () => {
  const source = eventSource('HTTP API, payload 2.0');
  const { email, password } = newAccount();
  const odd: [what: string, body: string][] = [
    ['no object', '"text"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing', '{}'],
    ['an unknown key', JSON.stringify({ email, password, admin: true })],
    ['a key __proto__', `{"email":"${email}","password":"${password}","__proto__":{"admin":true}}`],
    ['a key constructor', `{"email":"${email}","password":"${password}","constructor":{}}`],
    ['an operator for an address', JSON.stringify({ email: { $gt: '' }, password })],
    ['an operator for a password', JSON.stringify({ email, password: { $ne: null } })],
    ['a list for an address', JSON.stringify({ email: [email], password })],
    ['a number for a password', JSON.stringify({ email, password: 1234567890123456 })],
    ['null for a password', JSON.stringify({ email, password: null })],
    ['NUL in an address', JSON.stringify({ email: `a\0${email}`, password })],
    ['NUL in a password', JSON.stringify({ email, password: `${password}\0` })],
    ['half a surrogate pair in a password', `{"email":"${email}","password":"${password}\\ud800"}`],
    ['a password of 257 characters', JSON.stringify({ email, password: 'x'.repeat(257) })],
    ['an address of 255 characters', JSON.stringify({ email: `${'a'.repeat(243)}@example.com`, password })],
    ['two addresses', JSON.stringify({ email: 'a@example.com,b@example.com', password })],
    [
      'an address with a line break',
      JSON.stringify({ email: 'a@example.com\r\nBcc: b@example.com', password }),
    ],
  ];

  it.each(odd)('is 422, and nothing is stored: %s', async (_what, body) => {
    const headers = { 'content-type': 'application/json' };
    const before = await users().countDocuments();

    for (const path of ['/auth/sign-up', '/auth/sign-in'])
      expectProblem(
        await createClient(handlers.auth, source, { ip: newIp() }).post(path, body, { headers }),
        422,
        'invalid_request',
      );
    expect(await users().countDocuments()).toBe(before);
  });
});
