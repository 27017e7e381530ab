import { beforeEach, describe, expect, test } from 'vitest';
import { type CommandWatch, watchCommands } from '../../../support/commands.ts';
import { CookieJar, eventSources, type TestAnswer } from '../../../support/events.ts';
import { testInstances } from '../../../support/instances.ts';
import { type Person, person } from '../../../support/person.ts';
import { begin, countAll, outcome, problem, providerPerson } from '../../../support/provider-visits.ts';
import { testProvider } from '../../../support/test-provider.ts';

// Apple's way: the provider's page has the browser post a form to our callback, from another site. Browsers send a
// cookie that is SameSite=Lax along with no such form.

const { start, database } = testInstances('form post');
const apple = await testProvider('apple');

const attempt = 'session_auth_provider';
const tie = 'session_auth_provider_tie';
const path = '/auth/with/apple/callback';
const expired = problem('sign_in_expired');
const environment = () => apple.environment({ responseMode: 'form_post' });

const fromApple = {
  origin: 'https://appleid.apple.com',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'content-type': 'application/x-www-form-urlencoded',
};

/** Posts what the provider's page would, with those of the browser's cookies that go along. */
function post(
  someone: Person,
  fields: Record<string, string>,
  along: readonly string[],
): Promise<TestAnswer> {
  const all = Object.entries(someone.cookies.all()).filter(([name]) => along.includes(name));
  return someone.auth.post(path, String(new URLSearchParams(fields)), {
    headers: fromApple,
    cookies: Object.fromEntries(all),
  });
}

describe.each(eventSources)('over $name', (source) => {
  test('with the tie alone the form is sent again as a query, and that signs in', async () => {
    const ada = person({ instance: start({ environment: environment() }), source });
    const authorization = await begin(ada, 'apple', '/settings');
    expect(new URL(authorization).searchParams.get('response_mode')).toBe('form_post');
    const fields = { ...apple.sendBack(authorization, providerPerson()), user: '{"name":{"a":"& =+%"}}' };

    const posted = await post(ada, fields, [tie]);

    const [status, location] = outcome(posted);
    const again = new URL(location ?? '', 'http://localhost:3000');
    expect([status, again.origin, again.pathname]).toEqual([303, 'http://localhost:3000', path]);
    expect(location?.startsWith('/')).toBe(true);
    expect(Object.fromEntries(again.searchParams)).toEqual(fields);
    expect([posted.cookies, apple.count('token')]).toEqual([[], 0]);
    expect(outcome(await ada.auth.get(location ?? ''))).toEqual([303, '/settings']);
    expect(await ada.status()).toBe(200);
    expect(outcome(await ada.auth.get(location ?? ''))).toEqual(expired);
  });

  test('with both cookies it signs in at once', async () => {
    const ada = person({ instance: start({ environment: environment() }), source });
    const fields = apple.sendBack(await begin(ada, 'apple', '/settings'), providerPerson());

    expect(outcome(await post(ada, fields, [attempt, tie]))).toEqual([303, '/settings']);
    expect(await ada.status()).toBe(200);
  });

  test('ASVS 10.2.1: without the tie nothing comes of it', async () => {
    const ada = person({ instance: start({ environment: environment() }), source });
    const fields = apple.sendBack(await begin(ada, 'apple'), providerPerson());

    expect(outcome(await post(ada, fields, []))).toEqual(expired);
    expect(apple.count('token')).toBe(0);
  });

  test('a form from another site opens no other door, and no other type opens this one', async () => {
    const { auth, account } = person({ instance: start({ environment: environment() }), source });
    const json = { ...fromApple, 'content-type': 'application/json' };
    const ours = { 'content-type': 'application/x-www-form-urlencoded' };

    const elsewhere = [
      await auth.post('/auth/sign-in', 'email=a', { headers: fromApple }),
      await auth.post('/auth/sign-out', undefined, { headers: fromApple }),
      await account.post('/account/providers/apple', '', { headers: fromApple }),
    ];
    for (const answer of elsewhere)
      expect([answer.status, answer.json().code]).toEqual([403, 'cross_origin']);
    const asForm = await auth.post('/auth/sign-in', 'email=a', { headers: ours });
    expect([asForm.status, asForm.json().code]).toEqual([415, 'unsupported_media_type']);
    for (const headers of [json, { 'content-type': 'application/json' }, { 'content-type': 'text/plain' }]) {
      const answer = await auth.post(path, '{"state":"x"}', { headers });
      expect([answer.status, answer.json().code]).toEqual([415, 'unsupported_media_type']);
    }
  });
});

describe('the tie', () => {
  test('is that of this very attempt: not of another browser, not made up, not of another state', async () => {
    const instance = start({ environment: environment() });
    const [ada, eve] = [person({ instance }), person({ instance })];
    const ofAda = apple.sendBack(await begin(ada, 'apple'), providerPerson());
    const ofEve = apple.sendBack(await begin(eve, 'apple'), providerPerson());

    expect(outcome(await post(ada, ofEve, [tie]))).toEqual(expired);
    expect(outcome(await post(ada, { ...ofAda, state: '' }, [tie]))).toEqual(expired);
    expect(outcome(await post(ada, {}, [tie]))).toEqual(expired);
    for (const value of [ofAda.state ?? '', 'x'.repeat(43), `${ada.cookies.get(tie)}.`, ''])
      expect(
        outcome(
          await ada.auth.post(path, String(new URLSearchParams(ofAda)), {
            headers: fromApple,
            cookies: { [tie]: value },
          }),
        ),
      ).toEqual(expired);
    expect(apple.count('token')).toBe(0);
  });

  test('alone signs nobody in: who has it and not the attempt is sent round, and ends there', async () => {
    const instance = start({ environment: environment() });
    const [ada, eve] = [person({ instance }), person({ instance })];
    const fields = apple.sendBack(await begin(ada, 'apple'), providerPerson());
    eve.cookies.set(tie, ada.cookies.get(tie) ?? '');

    const again = (await post(eve, fields, [tie])).headers.get('location') ?? '';

    expect(outcome(await eve.auth.get(again))).toEqual(expired);
    expect(apple.count('token')).toBe(0);
    expect(await eve.status()).toBe(401);
  });

  test('goes with three attempts at once', async () => {
    const ada = person({ instance: start({ environment: environment() }) });
    const begun = [await begin(ada, 'apple'), await begin(ada, 'apple'), await begin(ada, 'apple')];
    for (const authorization of begun) {
      const fields = apple.sendBack(authorization, providerPerson());
      expect(outcome(await post(ada, fields, [tie]))[1]).toMatch(/^\/auth\/with\/apple\/callback\?/);
    }
    await begin(ada, 'apple');

    const oldest = apple.sendBack(begun[0] ?? '', providerPerson());
    expect(outcome(await post(ada, oldest, [tie]))).toEqual(expired);
  });

  test('in a deployed stage it is __Host-, SameSite=None and Secure, and holds a hash and nothing else', async () => {
    const instance = start({
      environment: {
        STAGE: 'prod',
        PUBLIC_URL: 'https://id.example.com',
        MAIL_FROM: 'no-reply@example.com',
        OIDC_PROVIDERS: JSON.stringify([
          { id: 'hub', name: 'Hub', kind: 'github', clientId: 'ours', responseMode: 'form_post' },
        ]),
        OIDC_SECRET_HUB: 'a secret that it gave out',
      },
    });
    const { auth } = person({ instance });

    const answer = await auth.get('/auth/with/hub');

    const lines = answer.cookies.map((line) => line.split('; '));
    const [pair = '', ...attributes] = lines.find(([each]) => each?.startsWith('__Host-provider-tie=')) ?? [];
    expect(lines.map(([each]) => each?.split('=')[0]).sort()).toEqual([
      '__Host-provider',
      '__Host-provider-tie',
    ]);
    expect(attributes.filter((each) => !each.startsWith('Expires=')).sort()).toEqual([
      'HttpOnly',
      'Max-Age=600',
      'Path=/',
      'SameSite=None',
      'Secure',
    ]);
    const { createHash } = await import('node:crypto');
    const state = new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? '';
    expect(pair).toBe(`__Host-provider-tie=${createHash('sha256').update(state).digest('base64url')}`);
  });

  test('is not given where a provider answers by a redirect', async () => {
    const ada = person({ instance: start({ environment: apple.environment() }) });
    const authorization = await begin(ada, 'apple');

    expect(new URL(authorization).searchParams.has('response_mode')).toBe(false);
    expect(ada.cookies.get(tie)).toBeUndefined();
  });
});

test.each([
  ['true', true],
  [true, true],
  ['false', false],
  [false, false],
  [undefined, false],
  ['TRUE', false],
  [1, false],
])('an address with email_verified %j counts as confirmed: %s', async (said, confirmed) => {
  const ada = person({ instance: start({ environment: environment() }) });
  const { email, ...who } = providerPerson();
  apple.lies = { claims: { email, email_verified: said } };
  const fields = apple.sendBack(await begin(ada, 'apple'), who);

  const again = (await post(ada, fields, [tie])).headers.get('location') ?? '';

  expect(outcome(await ada.auth.get(again))).toEqual([303, '/']);
  const { user } = (await ada.auth.get('/auth/session')).json();
  expect([user.email, user.emailVerified]).toEqual([email, confirmed]);
  expect(apple.count('userinfo')).toBe(0);
});

describe('a form that is none', () => {
  let watch: CommandWatch;
  let ada: Person;
  beforeEach(() => {
    const instance = start({ environment: environment(), mongoOptions: { monitorCommands: true } });
    ada = person({ instance, cookies: new CookieJar() });
    watch = watchCommands(instance);
  });

  test.each<[string, string | Buffer, number]>([
    ['is empty', '', 303],
    ['has a field twice', 'state=a&state=b', 400],
    ['is no UTF-8', 'state=%ff', 400],
    ['names what every object has', '__proto__=a&constructor=b&toString=c&state=d', 303],
    ['is too long', `state=${'a'.repeat(17_000)}`, 413],
    ['has a name without a value', 'state&code', 303],
    ['has values that end a line', 'state=a%0d%0aset-cookie:%20b=c', 303],
  ])('that %s is no fault of ours, and asks nobody', async (_what, body, status) => {
    const before = await countAll(database);

    const answer = await ada.auth.post(path, body, { headers: fromApple });

    expect(answer.status).toBe(status);
    if (status === 303) expect(outcome(answer)).toEqual(expired);
    expect([answer.cookies, watch.names(), apple.asked]).toEqual([[], [], []]);
    expect(await countAll(database)).toEqual(before);
  });
});
