import fc from 'fast-check';
import type { TestRequest } from './events/request.ts';
import type { TestEventSource } from './events.ts';
import { oddText, oddValue } from './odd-values.ts';

/** What generated requests may use, so that some of them get further than the door. */
export interface Known {
  /** `name=value` pairs of sessions that are alive. */
  cookies: readonly string[];
  /** Whose it is; some sign-ins are right. */
  account: { email: string; password: string };
  emails: readonly string[];
  /** Strings that must never be printed: they go into passwords, cookies, tokens and bodies. */
  secrets: readonly string[];
  paths: readonly string[];
}

const typeOf = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json; charset=utf-16',
  'application/json;',
  'application/problem+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  '',
  ';',
);

function bodies(known: Known): fc.Arbitrary<TestRequest['body']> {
  const email = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.emails) },
    { weight: 1, arbitrary: oddText },
  );
  const secret = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...known.secrets) },
    { weight: 1, arbitrary: oddText },
  );
  const nearlyRight = fc.record(
    { email: fc.oneof(email, oddValue), password: fc.oneof(secret, oddValue), name: oddValue, token: secret },
    { requiredKeys: [] },
  );
  const json = fc
    .oneof(
      { weight: 3, arbitrary: nearlyRight },
      { weight: 1, arbitrary: fc.record({ email, password: secret }) },
      { weight: 2, arbitrary: oddValue },
    )
    .map((value) => JSON.stringify(value));
  const broken = fc
    .tuple(json, fc.nat(200), fc.constantFrom('', '"', '}', ',', '\\u', '{"email":1,"email":2}', '\ud800'))
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at));
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(JSON.stringify(known.account)) },
    { weight: 5, arbitrary: json },
    { weight: 3, arbitrary: broken },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('['.repeat(9000), '{"a":'.repeat(40), ' '.repeat(17_000), 'null', '""'),
    },
  );
}

function cookies(known: Known): fc.Arbitrary<string[]> {
  const value = fc.oneof(
    fc.constantFrom('', 's:', 's:.', 's%3A', 'j:{"a":1}', 's:%zz.x', '"quoted"', 'x'.repeat(9000)),
    fc.constantFrom(...known.secrets).map((secret) => `s%3A${encodeURIComponent(secret)}.signature`),
    oddText,
  );
  const name = fc.constantFrom(
    'session_auth',
    '__Host-session',
    'Session_auth',
    'session_auth ',
    '',
    '__proto__',
    'a',
  );
  const odd = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
  const alive = fc.constantFrom(...known.cookies);
  return fc.oneof(
    // Only so many: each is a query, which costs more than all before it.
    { weight: 1, arbitrary: alive.map((one) => [one]) },
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    { weight: 5, arbitrary: fc.array(odd, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(fc.oneof(odd, alive), { minLength: 2, maxLength: 3 }) },
  );
}

const header = (name: string, value: fc.Arbitrary<string>) => value.map((text) => [name, text] as const);

/** A few of them only, or hardly any request would get past the first check. */
const headers = fc
  .array(
    fc.oneof(
      header('content-type', typeOf),
      header('origin', fc.constantFrom('null', 'https://evil.example.net', 'http://localhost:3000', '')),
      header('sec-fetch-site', fc.constantFrom('same-origin', 'cross-site', 'none', 'x')),
      header('content-length', fc.constantFrom('0', '1', '-1', '99999999', 'x')),
      header('transfer-encoding', fc.constantFrom('chunked', 'gzip', 'x')),
      header('content-encoding', fc.constantFrom('gzip', 'identity', 'br', 'x')),
      header('user-agent', oddText),
      header('accept', oddText),
      header('x-forwarded-for', oddText),
      header('x-forwarded-proto', fc.constantFrom('http', 'https', 'x')),
      header('x-request-id', oddText),
      header('if-none-match', fc.constant('*')),
      header('x-http-method-override', fc.constantFrom('DELETE', 'GET')),
      header('host', oddText),
    ),
    { maxLength: 3 },
  )
  .map((some) => ({ 'content-type': 'application/json', ...Object.fromEntries(some) }));

function requests(known: Known): fc.Arbitrary<TestRequest> {
  const path = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known.paths) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...known.paths), oddText).map(([known_, odd]) => known_ + odd),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(oddText, fc.webPath(), fc.constantFrom('', '/', '//', '/%', '/%ff', '/%00')),
    },
  );
  const method = fc.oneof(
    { weight: 5, arbitrary: fc.constant('POST') },
    { weight: 2, arbitrary: fc.constant('GET') },
    {
      weight: 2,
      arbitrary: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'),
    },
    { weight: 1, arbitrary: fc.constantFrom('', 'post', 'P OST', '\0', 'GET\r\n', 'x'.repeat(300)) },
  );
  const word = fc.string({ unit: 'grapheme', maxLength: 10 });
  const wellMeant = fc
    .constantFrom(...known.cookies)
    .map((cookie): TestRequest => ({ path: '/auth/session', cookies: [cookie] }));
  const any = fc.record({
    method,
    path,
    headers,
    cookies: cookies(known),
    query: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.tuple(word, word), { maxLength: 3 }) },
    ),
    body: bodies(known),
    ip: fc.constantFrom('203.0.113.7', 'no address'),
  });
  return fc.oneof({ weight: 1, arbitrary: wellMeant }, { weight: 19, arbitrary: any });
}

/** A change to an event that no gateway makes: a field that is missing, or holds something else. */
const damage = fc.record({
  key: fc.constantFrom(
    'headers',
    'multiValueHeaders',
    'cookies',
    'body',
    'isBase64Encoded',
    'path',
    'rawPath',
    'rawQueryString',
    'queryStringParameters',
    'multiValueQueryStringParameters',
    'pathParameters',
    'resource',
    'routeKey',
    'stageVariables',
  ),
  value: fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      7,
      '%zz=%00&a=%ff',
      '\ud800',
      [],
      [[]],
      ['\ud800=1', 'a'],
    ),
    fc.dictionary(oddText, oddValue, { maxKeys: 3 }),
    oddValue,
  ),
});

/** Events of one source, from well-meant ones to such as no gateway sends; each is an HTTP event. */
export function generatedEvents(source: TestEventSource, known: Known): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      requests(known),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(damage, { minLength: 1, maxLength: 2 }) },
      ),
    )
    .map(([request, damages]) => {
      const event = source.event(request) as Record<string, unknown>;
      for (const { key, value } of damages)
        if (key in event && !tellsTheSource(event, key)) event[key] = value;
      return event;
    });
}

/** A load balancer's events differ by this field, and so does the answer that it reads. */
function tellsTheSource(event: Record<string, unknown>, key: string): boolean {
  const { requestContext } = event as { requestContext?: { elb?: unknown } };
  return key === 'multiValueHeaders' && requestContext?.elb !== undefined;
}
