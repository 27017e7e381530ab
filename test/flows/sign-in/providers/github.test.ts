import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { leadsTo, linkedTo, sessionOf } from '../../../support/by-provider.ts';
import { eventSources } from '../../../support/events.ts';
import { type GitHubPerson, startGitHub, type TestGitHub } from '../../../support/github.ts';
import { testInstances } from '../../../support/instances.ts';
import { mailsTo } from '../../../support/mail.ts';
import { newAddress, type Person, person, signedUp } from '../../../support/person.ts';

const { start } = testInstances('GitHub');
let hub: TestGitHub;

beforeAll(async () => {
  hub = await startGitHub();
});
afterEach(() => {
  hub.statuses.clear();
  hub.tokenError = undefined;
  hub.asked.splice(0);
});
afterAll(() => hub.close());

const address = (email: string, told = {}) => ({
  email,
  primary: true,
  verified: true,
  visibility: 'private' as const,
  ...told,
});

/** Somebody in front of an instance, and at GitHub. */
function newcomer(told: Partial<GitHubPerson> = {}, more: Record<string, string> = {}) {
  const instance = start({ environment: { ...hub.environment(), ...more } });
  const email = newAddress();
  const ada = person({ instance, email });
  const there: GitHubPerson = {
    id: randomInt(1, 2 ** 40),
    login: 'ada',
    name: 'Ada Lovelace',
    email: null,
    addresses: [address(email)],
    ...told,
  };
  return { instance, ada, there };
}

async function enter({ auth }: Person, there: GitHubPerson, next?: string) {
  const begun = await auth.get('/auth/with/hub', { query: next === undefined ? [] : [['next', next]] });
  const { pathname, search } = hub.allow(leadsTo(begun), there);
  return auth.get(pathname + search);
}

const failed = '/sign-in?problem=provider_failed';

describe.each(eventSources)('over $name', (source) => {
  test('who comes by GitHub has an account, and the same one next time', async () => {
    const { instance, ada, there } = newcomer();
    const here = ada.elsewhere({ source });

    expect(leadsTo(await enter(here, there, '/settings'))).toBe('/settings');

    const first = await sessionOf(here);
    expect(first).toMatchObject({
      user: { email: ada.email, name: 'Ada Lovelace', emailVerified: true },
      session: { assurance: 1, methods: [{ method: 'oidc:hub' }] },
    });
    expect(await mailsTo(instance, ada.email)).toEqual([]);
    const again = here.elsewhere();
    expect(leadsTo(await enter(again, there))).toBe('/');
    expect((await sessionOf(again)).user.id).toBe(first.user.id);
    expect(await linkedTo(again)).toEqual(['hub']);
  });
});

test('it is asked as its documentation says', async () => {
  const { ada, there } = newcomer();

  const asking = new URL(leadsTo(await ada.auth.get('/auth/with/hub')));
  await enter(ada, there);

  expect(asking.origin + asking.pathname).toBe(`${hub.issuer}/login/oauth/authorize`);
  expect(Object.fromEntries(asking.searchParams)).toEqual({
    client_id: 'Iv1.8a61f9b3a7aba766',
    redirect_uri: 'http://localhost:3000/auth/with/hub/callback',
    response_type: 'code',
    scope: 'read:user user:email',
    state: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  const [token, user, emails] = hub.asked;
  expect(hub.asked.map(({ path }) => path)).toEqual([
    '/login/oauth/access_token',
    '/api/v3/user',
    '/api/v3/user/emails',
  ]);
  expect(token?.headers.accept).toBe('application/json');
  for (const asked of [user, emails])
    expect(asked?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: expect.stringMatching(/^Bearer gho_/),
      // Requests without one are refused.
      'user-agent': expect.stringMatching(/./),
    });
});

describe('ASVS 6.8.1: at GitHub somebody is a number', () => {
  test('the login, name and addresses may change', async () => {
    const { ada, there } = newcomer();
    await enter(ada, there);
    const { user } = await sessionOf(ada);
    const renamed = { ...there, login: 'countess', name: 'A. King', addresses: [address(newAddress())] };

    const again = ada.elsewhere();
    expect(leadsTo(await enter(again, renamed))).toBe('/');

    expect((await sessionOf(again)).user).toEqual(user);
  });

  test('whoever takes over a login and an address is somebody else', async () => {
    const { ada, there } = newcomer();
    await enter(ada, there);
    const again = ada.elsewhere();

    expect(leadsTo(await enter(again, { ...there, id: Number(there.id) + 1 }))).toBe(
      '/sign-in?problem=account_exists',
    );
    expect(await again.status()).toBe(401);
  });

  test.each([
    ['text', '583231'],
    ['nothing', undefined],
    ['no whole number', 1.5],
    ['one that is not exact', 2 ** 60],
  ])('nobody where it is %s', async (_what, id) => {
    const { ada, there } = newcomer({ id });

    expect(leadsTo(await enter(ada, there))).toBe(failed);
    expect(await ada.status()).toBe(401);
  });
});

describe('the address', () => {
  test('is the primary one, not the first, nor the public one that anybody may write', async () => {
    const email = newAddress('primary');
    const others = [newAddress(), newAddress()].map((each) => address(each, { primary: false }));
    const { ada, there } = newcomer({
      email: newAddress('public'),
      addresses: [...others, address(email)],
    });

    await enter(ada, there);

    expect((await sessionOf(ada)).user).toMatchObject({ email, emailVerified: true });
  });

  test('that GitHub has not made sure of has to be confirmed', async () => {
    const email = newAddress();
    const { instance, ada, there } = newcomer({ addresses: [address(email, { verified: false })] });

    await enter(ada, there);

    expect((await sessionOf(ada)).user).toMatchObject({ email, emailVerified: false });
    expect(await mailsTo(instance, email)).toHaveLength(1);
  });

  test.each<[string, Partial<GitHubPerson>]>([
    ['no address', { addresses: [] }],
    ['no primary one', { addresses: [address('a@mail.test', { primary: false })] }],
    ['none that it has made sure of', { addresses: [address('a@mail.test', { verified: false })] }],
    ['what is no list', { addresses: { message: 'odd' } as never }],
    ['what is no address', { addresses: [null, 12, {}] as never }],
  ])('makes no account where sign-up is closed and there is %s', async (_what, told) => {
    const { ada, there } = newcomer(told, { REQUIRE_VERIFIED_EMAIL: 'true' });

    expect(leadsTo(await enter(ada, there))).toBe(failed);
    expect(await ada.status()).toBe(401);
  });

  test('of an account that there is is not joined to it; who is signed in links it', async () => {
    const { instance, ada: nobody, there } = newcomer();
    const ada = await signedUp({ instance, email: nobody.email });

    expect(leadsTo(await enter(nobody, there))).toBe('/sign-in?problem=account_exists');
    const begun = await ada.account.post('/account/providers/hub');
    const { pathname, search } = hub.allow(leadsTo(begun), there);
    expect(leadsTo(await ada.auth.get(pathname + search))).toBe('/security');

    expect(leadsTo(await enter(nobody, there))).toBe('/');
    expect((await sessionOf(nobody)).user.id).toBe((await sessionOf(ada)).user.id);
  });
});

describe('where it does not work out', () => {
  test.each(['/login/oauth/access_token', '/api/v3/user', '/api/v3/user/emails'])(
    '%s may answer what it likes',
    async (path) => {
      for (const status of [400, 401, 403, 404, 429, 500, 503]) {
        const { ada, there, instance } = newcomer();
        hub.statuses.set(path, status);

        expect(leadsTo(await enter(ada, there))).toBe(failed);

        expect(await ada.status()).toBe(401);
        const lines = instance.log.filter(({ level }) => level === 'warn');
        expect(lines.map(({ message }) => message)).toEqual(['signing in by a provider failed']);
        expect(JSON.stringify(instance.log)).not.toMatch(/gho_|the secret that/);
      }
    },
  );

  test.each([
    'bad_verification_code',
    'incorrect_client_credentials',
    'redirect_uri_mismatch',
    'unverified_user_email',
  ])('an error that is answered with 200 is one: %s', async (error) => {
    const { ada, there } = newcomer();
    hub.tokenError = error;

    expect(leadsTo(await enter(ada, there))).toBe(failed);
    expect(hub.asked.map(({ path }) => path)).toEqual(['/login/oauth/access_token']);
  });

  test('who refuses there is told so', async () => {
    const { ada } = newcomer();
    const { pathname, search } = hub.refuse(leadsTo(await ada.auth.get('/auth/with/hub')));

    expect(leadsTo(await ada.auth.get(pathname + search))).toBe('/sign-in?problem=provider_denied');
    expect(hub.asked).toEqual([]);
  });

  test('another state is none that was begun, and nothing is asked', async () => {
    const { ada, there } = newcomer();
    const url = hub.allow(leadsTo(await ada.auth.get('/auth/with/hub')), there);
    url.searchParams.set('state', 'a'.repeat(43));

    expect(leadsTo(await ada.auth.get(url.pathname + url.search))).toBe('/sign-in?problem=sign_in_expired');
    expect(hub.asked).toEqual([]);
  });

  test('it says of no second factor, also where it is trusted for that', async () => {
    const { ada, there } = newcomer({}, hub.environment({ trustsSecondFactor: true }));
    await enter(ada, there);

    expect((await sessionOf(ada)).session.assurance).toBe(1);
  });

  test('it has no logout tokens', async () => {
    const { ada } = newcomer();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };

    const answer = await ada.auth.post('/auth/with/hub/logout', 'logout_token=a.b.c', { headers: form });

    expect([answer.status, answer.json().code]).toEqual([400, 'invalid_logout_token']);
  });
});
