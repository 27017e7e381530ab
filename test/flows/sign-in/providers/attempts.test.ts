import { describe, expect, test } from 'vitest';
import { testClock } from '../../../support/clock.ts';
import { watchCommands } from '../../../support/commands.ts';
import { CookieJar, eventSources } from '../../../support/events.ts';
import { testInstances } from '../../../support/instances.ts';
import { person } from '../../../support/person.ts';
import {
  begin,
  comeBack,
  countAll,
  outcome,
  problem,
  providerPerson,
  signInBy,
} from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';

const { start, database } = testInstances('provider attempts');
const acme = await testProvider();

const attemptCookie = 'session_auth_provider';
const expired = problem('sign_in_expired');

describe.each(eventSources)('over $name', (source) => {
  test('the way there and back, once', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }), source });
    const sent = acme.sendBack(await begin(ada, 'acme', '/settings?a=b#c'), providerPerson());

    expect(outcome(await comeBack(ada, sent))).toEqual([303, '/settings?a=b#c']);
    expect((await ada.auth.get('/auth/session')).json().session).toMatchObject({
      assurance: 1,
      methods: [{ method: 'oidc:acme' }],
    });
    expect(outcome(await comeBack(ada, sent))).toEqual(expired);
    expect(acme.count('token')).toBe(1);
  });

  test('denied there', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }), source });
    const { state = '', iss = '' } = acme.sendBack(await begin(ada), providerPerson());

    const answer = await comeBack(ada, { error: 'access_denied', error_description: 'no', state, iss });

    expect(outcome(answer)).toEqual(problem('provider_denied'));
    expect(await ada.status()).toBe(401);
  });

  test('an unknown provider is nowhere, on every route', async () => {
    const { auth } = person({ instance: start({ environment: acme.environment() }), source });
    for (const id of ['nobody', 'ACME', 'constructor', '__proto__', 'a%20b']) {
      const answers = [
        await auth.get(`/auth/with/${id}`),
        await auth.get(`/auth/with/${id}/callback`, { query: [['state', 'x']] }),
        await auth.post(`/auth/with/${id}/callback`, 'state=x', { headers: form }),
        await auth.post(`/auth/with/${id}/logout`, 'logout_token=x', { headers: form }),
      ];
      for (const answer of answers)
        expect([answer.status, answer.json().code, answer.cookies]).toEqual([404, 'not_found', []]);
    }
  });
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };

test('without providers there is nowhere to go', async () => {
  const { auth } = person({ instance: start() });

  expect((await auth.get('/auth/with/acme')).status).toBe(404);
  expect((await auth.get('/auth/with/acme/callback')).status).toBe(404);
});

test('ASVS 10.2.1: of one callback ten times at once, over two instances, one signs in', async () => {
  const instances = [1, 2].map(() => start({ environment: acme.environment() }));
  const [one, two] = instances.map((instance) => person({ instance }));
  if (!one || !two) throw new Error('two of them');
  const who = providerPerson();
  const sent = acme.sendBack(await begin(one), who);
  const cookies = one.cookies.all();
  const before = await countAll(database);

  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, at) => comeBack(at % 2 ? one : two, sent, 'acme', { cookies })),
  );

  const outcomes = answers.map((answer) => outcome(answer)[1]);
  expect(outcomes.filter((where) => where === '/')).toHaveLength(1);
  expect(outcomes.filter((where) => where === expired[1])).toHaveLength(9);
  expect(acme.count('token')).toBe(1);
  const after = await countAll(database);
  const more = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
  expect([more('users'), more('sessions')]).toEqual([1, 1]);
});

test('an attempt is over after ten minutes, and not before', async () => {
  const clock = testClock();
  const instance = start({ environment: acme.environment(), now: clock.now });
  const [quick, late] = [person({ instance }), person({ instance })];
  const [ofQuick, ofLate] = [await begin(quick), await begin(late)];
  const kept = late.cookies.get(attemptCookie) ?? '';
  clock.pass(599);
  expect(outcome(await comeBack(quick, acme.sendBack(ofQuick, providerPerson())))).toEqual([303, '/']);
  clock.pass(2);
  // A browser would have dropped it; somebody who kept it gets no further.
  late.cookies.set(attemptCookie, kept);

  expect(outcome(await comeBack(late, acme.sendBack(ofLate, providerPerson())))).toEqual(expired);
  expect(await late.status()).toBe(401);
});

test('an attempt that a provider failed at is spent too', async () => {
  const ada = person({ instance: start({ environment: acme.environment() }) });
  const sent = acme.sendBack(await begin(ada), providerPerson());
  acme.lies = { answer: { token: { status: 500 } } };
  expect(outcome(await comeBack(ada, sent))).toEqual(problem('provider_failed'));
  acme.lies = {};

  expect(outcome(await comeBack(ada, sent))).toEqual(expired);
});

test('pages side by side in one browser: three attempts at once work, in whatever order they come back', async () => {
  const ada = person({ instance: start({ environment: acme.environment() }) });
  const who = providerPerson();
  const [first, second, third] = [
    await begin(ada, 'acme', '/one'),
    await begin(ada, 'acme', '/two'),
    await begin(ada, 'acme', '/three'),
  ];

  expect(outcome(await comeBack(ada, acme.sendBack(second, who)))).toEqual([303, '/two']);
  expect(outcome(await comeBack(ada, acme.sendBack(first, who)))).toEqual([303, '/one']);
  expect(outcome(await comeBack(ada, acme.sendBack(third, who)))).toEqual([303, '/three']);
});

test('of four, the oldest is forgotten', async () => {
  const ada = person({ instance: start({ environment: acme.environment() }) });
  const begun = [await begin(ada), await begin(ada), await begin(ada), await begin(ada)] as const;

  expect(outcome(await comeBack(ada, acme.sendBack(begun[0], providerPerson())))).toEqual(expired);
  expect(outcome(await comeBack(ada, acme.sendBack(begun[1], providerPerson())))).toEqual([303, '/']);
});

test('nothing is written to the database, and nothing read, before the provider has answered', async () => {
  const instance = start({
    environment: acme.environment(),
    mongoOptions: { monitorCommands: true },
  });
  const ada = person({ instance });
  await ada.status();
  const watch = watchCommands(instance);

  const authorization = await begin(ada);
  expect(watch.names()).toEqual([]);

  // Nor by whatever comes back without having begun.
  await comeBack(person({ instance }), acme.sendBack(authorization, providerPerson()));
  expect(watch.names()).toEqual([]);

  // Neither the mark of an attempt that was spent nor the count of what went wrong names anybody.
  acme.lies = { claims: { nonce: 'another' } };
  await comeBack(ada, acme.sendBack(authorization, providerPerson()));
  expect(watch.writes().map(({ collection }) => collection)).toEqual(['repeats', 'limits']);
});

describe("the attempt's cookie", () => {
  const longest = `/${'n'.repeat(1023)}`;
  const deployed = {
    STAGE: 'prod',
    PUBLIC_URL: 'https://id.example.com',
    MAIL_FROM: 'no-reply@example.com',
    // It is asked nothing before somebody comes back.
    OIDC_PROVIDERS: JSON.stringify([{ id: 'hub', name: 'Hub', kind: 'github', clientId: 'ours' }]),
    OIDC_SECRET_HUB: 'a secret that it gave out',
  };

  test.each([
    ['on one machine', undefined, `${attemptCookie}=`, ['Max-Age=600', 'Path=/', 'HttpOnly', 'SameSite=Lax']],
    [
      'in a deployed stage',
      deployed,
      '__Host-provider=',
      ['Max-Age=600', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'],
    ],
  ])(
    '%s: its name and attributes, and what browsers keep of it',
    async (_where, environment, name, attributes) => {
      const { auth, cookies } = person({
        instance: start({ environment: environment ?? acme.environment() }),
      });
      const id = environment ? 'hub' : 'acme';

      for (const _each of [1, 2, 3, 4]) {
        const answer = await auth.get(`/auth/with/${id}`, { query: [['next', longest]] });

        expect(answer.status).toBe(303);
        expect(answer.cookies).toHaveLength(1);
        const [line = ''] = answer.cookies;
        const [pair = '', ...rest] = line.split('; ');
        expect(pair.startsWith(name)).toBe(true);
        expect(rest.filter((each) => !each.startsWith('Expires=')).sort()).toEqual(attributes.toSorted());
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096);
      }
      expect(Object.keys(cookies.all())).toHaveLength(1);
    },
  );

  test('goes back to a page of 1024 characters', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }) });

    expect(outcome(await signInBy(ada, acme, providerPerson(), longest))).toEqual([303, longest]);
  });

  test.each([
    ['//evil.example', 'another host'],
    ['https://evil.example/', 'another site'],
    ['javascript:alert(1)', 'a script'],
    [`/${'n'.repeat(1024)}`, 'what is longer'],
  ])('goes on to no %s', async (next) => {
    const ada = person({ instance: start({ environment: acme.environment() }) });

    expect(outcome(await signInBy(ada, acme, providerPerson(), next))).toEqual([303, '/']);
  });

  test('has nothing in clear: neither what comes back, nor what is to be kept, nor where to go', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }) });
    const { searchParams } = new URL(await begin(ada, 'acme', '/a-page-of-ours'));
    const value = ada.cookies.get(attemptCookie) ?? '';
    const readable =
      value + value.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));

    for (const secret of [
      searchParams.get('state'),
      searchParams.get('nonce'),
      'a-page-of-ours',
      'verifier',
      'acme',
    ])
      expect(readable).not.toContain(secret);
  });

  test('is of no use with another secret of ours, and of use with an older one', async () => {
    const instance = start({ environment: acme.environment() });
    const old = 'a test secret of at least 32 characters';
    const fresh = 'a newer secret of at least 32 characters';
    const ada = person({ instance });
    const sent = acme.sendBack(await begin(ada), providerPerson());
    const without = start({ environment: { ...acme.environment(), SESSION_SECRETS: fresh } });
    const both = start({ environment: { ...acme.environment(), SESSION_SECRETS: `${fresh},${old}` } });
    const elsewhere = (other: typeof instance) =>
      ada.elsewhere({ instance: other, cookies: jarOf(ada.cookies) });

    expect(outcome(await comeBack(elsewhere(without), sent))).toEqual(expired);
    expect(outcome(await comeBack(elsewhere(both), sent))).toEqual([303, '/']);
  });
});

function jarOf(cookies: CookieJar): CookieJar {
  const jar = new CookieJar();
  for (const [name, value] of Object.entries(cookies.all())) jar.set(name, value);
  return jar;
}

describe('what it says in place of a code', () => {
  test.each([
    ['access_denied', 'provider_denied'],
    ['user_cancelled_authorize', 'provider_denied'],
    ['server_error', 'provider_failed'],
    ['login_required', 'provider_failed'],
    ['temporarily_unavailable', 'provider_failed'],
    ['', 'provider_failed'],
    ['<script>alert(1)</script>', 'provider_failed'],
  ])('"%s" is %s, and spends the attempt', async (error, code) => {
    const instance = start({ environment: acme.environment() });
    const ada = person({ instance });
    const before = await countAll(database);
    const { state = '', iss = '' } = acme.sendBack(await begin(ada), providerPerson());

    expect(outcome(await comeBack(ada, { error, state, iss }))).toEqual(problem(code));

    expect(outcome(await comeBack(ada, { error, state, iss }))).toEqual(expired);
    expect(await countAll(database)).toEqual(before);
    expect(acme.count('token')).toBe(0);
    expect(ada.cookies.get('session_auth')).toBeUndefined();
    if (error !== '') expect(JSON.stringify(instance.log)).not.toContain('<script>');
  });

  test('it is believed in the browser that began alone', async () => {
    const ada = person({ instance: start({ environment: acme.environment() }) });

    expect(outcome(await comeBack(ada, { error: 'access_denied', state: 'x' }))).toEqual(expired);
    expect(outcome(await comeBack(ada, { error: 'access_denied' }))).toEqual(expired);
  });

  test.each([
    ['twice the state', (sent: Record<string, string>) => [...Object.entries(sent), ['state', sent.state]]],
    ['twice the code', (sent: Record<string, string>) => [...Object.entries(sent), ['code', 'another']]],
    ['no code', ({ state, iss }: Record<string, string>) => Object.entries({ state, iss })],
    [
      'an id token of its own',
      (sent: Record<string, string>) => Object.entries({ ...sent, id_token: 'a.b.c' }),
    ],
    [
      'an answer as a token',
      (sent: Record<string, string>) => Object.entries({ ...sent, response: 'a.b.c' }),
    ],
  ])('%s is no answer', async (_what, query) => {
    const ada = person({ instance: start({ environment: acme.environment() }) });
    const sent = acme.sendBack(await begin(ada), providerPerson());

    const answer = await ada.auth.get('/auth/with/acme/callback', {
      query: query(sent) as [string, string][],
    });

    expect(outcome(answer)).toEqual(problem('provider_failed'));
    expect(await ada.status()).toBe(401);
  });
});
