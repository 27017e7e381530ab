import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterByProvider,
  knowing,
  knownAt,
  leadsTo,
  linkedTo,
  linkProvider,
  sessionOf,
  signInThere,
} from '../../support/by-provider.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { otherPassword, type Person, person, signedUp } from '../../support/person.ts';

const { start } = testInstances('linking providers');
let acme: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  [acme, other] = await Promise.all([startProvider(), startProvider({ id: 'other' })]);
});
afterAll(() => Promise.all([acme.close(), other.close()]));

const environment = () => knowing(acme.environment(), other.environment({ name: 'Other' }));

/** Somebody who is signed in here by a password, and has an account at both providers. */
async function member(options: { now?: () => Date } = {}) {
  const instance = start({ environment: environment(), ...options });
  const ada = await signedUp({ instance });
  for (const each of [acme, other]) knownAt(each, ada.email);
  return { instance, ada };
}

const begin = ({ account }: Person, id = 'acme') => account.post(`/account/providers/${id}`);

/** Nobody is linked: who comes by it finds the address taken, or has an account of their own. */
async function isNobodys({ email, elsewhere }: Person, userId: string): Promise<void> {
  const there = elsewhere();
  const path = leadsTo(await enterByProvider(there));
  if (path !== '/') expect([email, path]).toEqual([email, '/sign-in?problem=account_exists']);
  else expect((await sessionOf(there)).user.id).not.toBe(userId);
}

const idOf = async (someone: Person): Promise<string> => (await sessionOf(someone)).user.id;

async function typesOf({ account }: Person): Promise<string[]> {
  const { events } = (await account.get('/account/activity')).json();
  return events.map(({ type }: { type: string }) => type);
}

describe.each(eventSources)('over $name', (source) => {
  test('a provider is linked, told by mail and in the activity, and signs in elsewhere', async () => {
    const { instance, ada } = await member();
    const here = ada.elsewhere({ source, cookies: ada.cookies });

    const begun = await begin(here);
    expect(leadsTo(begun)).toMatch(new RegExp(`^${acme.issuer}/auth\\?`));
    const answer = await here.auth.get(await signInThere(begun, ada.email));

    expect(leadsTo(answer)).toBe('/security');
    expect((await here.account.get('/account/factors')).json()).toMatchObject({
      password: true,
      providers: [{ id: 'acme', name: 'Acme', linkedAt: expect.any(String) }],
    });
    expect((await typesOf(here))[0]).toBe('provider_linked');
    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toMatch(/^Another way to sign in has been added/);
    expect(mail?.text).not.toContain(acme.people.get(ada.email)?.sub);
    const there = ada.elsewhere({ source });
    expect(leadsTo(await enterByProvider(there))).toBe('/');
    expect((await sessionOf(there)).user.id).toBe((await sessionOf(ada)).user.id);
  });

  test('a provider is unlinked, told by mail and in the activity, and ends every other session', async () => {
    const { instance, ada } = await member();
    await linkProvider(ada);
    const [here, there] = [ada.elsewhere({ source, cookies: ada.cookies }), ada.elsewhere()];
    await there.signIn();
    const before = ada.cookies.get('session_auth');

    const answer = await here.account.delete('/account/providers/acme');

    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(ada.cookies.get('session_auth')).not.toBe(before);
    expect([await here.status(), await there.status()]).toEqual([200, 401]);
    expect(await linkedTo(here)).toEqual([]);
    expect((await typesOf(here))[0]).toBe('provider_unlinked');
    const [mail] = await mailsTo(instance, ada.email);
    expect(mail?.subject).toMatch(/^A way to sign in has been removed/);
    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/sign-in?problem=account_exists');
  });

  test('neither is for who is signed out, or has not shown lately who they are', async () => {
    const clock = testClock();
    const { ada } = await member({ now: clock.now });
    await linkProvider(ada);
    const [here, nobody] = [ada.elsewhere({ source, cookies: ada.cookies }), ada.elsewhere({ source })];
    clock.pass(601);

    const answers = [
      await begin(nobody, 'other'),
      await nobody.account.delete('/account/providers/acme'),
      await begin(here, 'other'),
      await here.account.delete('/account/providers/acme'),
    ];

    expect(answers.map(({ status, json }) => [status, json().code])).toEqual([
      [401, 'not_signed_in'],
      [401, 'not_signed_in'],
      [403, 'reauthentication_needed'],
      [403, 'reauthentication_needed'],
    ]);
    expect(answers.at(-1)?.json().errors).toEqual([
      { path: 'currentPassword', message: expect.any(String) },
      { path: 'provider', message: expect.any(String) },
    ]);
    expect(answers.flatMap(({ cookies }) => cookies).join()).not.toContain('provider');
    expect(await linkedTo(here)).toEqual(['acme']);
  });

  test('what is not there is said so, and what is there already', async () => {
    const { ada } = await member();
    await linkProvider(ada);
    const here = ada.elsewhere({ source, cookies: ada.cookies });

    const answers = [
      await begin(here, 'nothing'),
      await begin(here, 'acme'),
      await here.account.delete('/account/providers/other'),
      await here.account.delete('/account/providers/nothing'),
    ];

    expect(answers.map(({ status, json }) => [status, json().code])).toEqual([
      [404, 'not_found'],
      [409, 'provider_linked'],
      [404, 'not_found'],
      [404, 'not_found'],
    ]);
  });
});

describe('linking', () => {
  test('keeps the session, its data and the others', async () => {
    const { ada } = await member();
    const there = ada.elsewhere();
    await there.signIn();

    await linkProvider(ada);

    expect([await ada.status(), await there.status()]).toEqual([200, 200]);
    expect((await sessionOf(ada)).session.methods).toMatchObject([{ method: 'password' }]);
  });

  test('takes several providers, and says which is which', async () => {
    const { ada } = await member();
    await linkProvider(ada);
    await linkProvider(ada, { id: 'other' });

    expect((await ada.account.get('/account/factors')).json().providers).toMatchObject([
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'Other' },
    ]);
    for (const id of ['acme', 'other'])
      expect(leadsTo(await enterByProvider(ada.elsewhere(), { id }))).toBe('/');
  });

  test('of an identity that is another account’s is refused', async () => {
    const { instance, ada } = await member();
    const bob = person({ instance });
    knownAt(acme, bob.email);
    await enterByProvider(bob);

    expect(leadsTo(await linkProvider(ada, { who: bob.email }))).toBe('/sign-in?problem=account_exists');

    expect(await linkedTo(ada)).toEqual([]);
    expect(await linkedTo(bob)).toEqual(['acme']);
    expect(await ada.status()).toBe(200);
  });

  test('of one identity to two accounts at once, over two instances, is made for one of them', async () => {
    const { ada } = await member();
    const bob = await signedUp({ instance: start({ environment: environment() }) });
    const callbacks: [Person, string][] = [];
    for (const each of [ada, bob]) callbacks.push([each, await signInThere(await begin(each), ada.email)]);

    const answers = await Promise.all(callbacks.map(([{ auth }, callback]) => auth.get(callback)));

    expect(answers.map(leadsTo).sort()).toEqual(['/security', '/sign-in?problem=account_exists']);
    const linked: string[] = [];
    for (const each of [ada, bob]) {
      const there = each.elsewhere();
      await there.signIn();
      linked.push(...(await linkedTo(there)));
    }
    expect(linked).toEqual(['acme']);
  });

  test('begun twice, side by side, adds one', async () => {
    const { ada } = await member();
    const callbacks = [
      await signInThere(await begin(ada), ada.email),
      await signInThere(await begin(ada), ada.email),
    ];

    const answers = await Promise.all(callbacks.map((callback) => ada.auth.get(callback)));

    for (const answer of answers) expect(leadsTo(answer)).toMatch(/^\/security$|problem=sign_in_expired$/);
    expect(answers.map(leadsTo)).toContain('/security');
    expect(await linkedTo(ada)).toEqual(['acme']);
  });

  test('of a second identity of one provider is refused, as its first stays', async () => {
    const { ada } = await member();
    const late = await signInThere(await begin(ada), ada.email);
    const second = `second ${ada.email}`;
    knownAt(acme, second, { email: ada.email });
    await linkProvider(ada, { who: second });

    expect(leadsTo(await ada.auth.get(late))).toBe('/sign-in?problem=sign_in_expired');

    expect(leadsTo(await enterByProvider(ada.elsewhere(), { who: second }))).toBe('/');
    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/sign-in?problem=account_exists');
  });
});

/** What happens between going to the provider and coming back; whose browser comes back is answered `sign_in_expired`. */
const meanwhile: [string, (ada: Person) => Promise<unknown>][] = [
  ['the session is signed out', (ada) => ada.auth.post('/auth/sign-out')],
  [
    'the session is ended from elsewhere',
    async (ada) => {
      const there = ada.elsewhere();
      await there.signIn();
      await there.sessions.delete('/sessions');
    },
  ],
  [
    'the password is changed elsewhere',
    async (ada) => {
      const there = ada.elsewhere();
      await there.signIn();
      await there.account.post('/account/password', {
        currentPassword: ada.password,
        newPassword: otherPassword,
      });
    },
  ],
  [
    'the password is changed here, which keeps this browser signed in',
    (ada) =>
      ada.account.post('/account/password', { currentPassword: ada.password, newPassword: otherPassword }),
  ],
  [
    'somebody else signs in in this browser',
    async (ada) => {
      const bob = await signedUp({ instance: start({ environment: environment() }) });
      await ada.auth.post('/auth/sign-in', { email: bob.email, password: bob.password });
    },
  ],
  ['the account is deleted', (ada) => ada.account.delete('/account', { currentPassword: ada.password })],
];

describe.each(meanwhile)('where %s meanwhile', (_what, happens) => {
  test('nothing is linked, to whomever', async () => {
    const { ada } = await member();
    const id = await idOf(ada);
    const callback = await signInThere(await begin(ada), ada.email);
    await happens(ada);

    expect(leadsTo(await ada.auth.get(callback))).toBe('/sign-in?problem=sign_in_expired');

    if ((await ada.status()) === 200) expect(await linkedTo(ada)).toEqual([]);
    await isNobodys(ada, id);
  });
});

test('a reset of the password meanwhile leaves nothing to be linked', async () => {
  const { instance, ada } = await member();
  const callback = await signInThere(await begin(ada), ada.email);
  const owner = ada.elsewhere();
  await owner.auth.post('/auth/password/forgot', { email: ada.email });
  const token = await tokenTo(instance, ada.email, '/reset-password');
  expect((await owner.auth.post('/auth/password/reset', { token, newPassword: otherPassword })).status).toBe(
    204,
  );

  expect(leadsTo(await ada.auth.get(callback))).toBe('/sign-in?problem=sign_in_expired');

  await owner.signIn(otherPassword);
  expect(await linkedTo(owner)).toEqual([]);
  await isNobodys(ada, await idOf(owner));
});
