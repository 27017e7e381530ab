import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  broughtBack,
  enterByProvider,
  knowing,
  knownAt,
  leadsTo,
  linkedTo,
  sessionOf,
} from '../../../support/by-provider.ts';
import { type Death, dieAt } from '../../../support/dying.ts';
import { eventSources } from '../../../support/events.ts';
import type { Instance } from '../../../support/instance.ts';
import { testInstances } from '../../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../../support/mail.ts';
import { type ProviderPerson, startProvider, type TestProvider } from '../../../support/oidc-provider.ts';
import { newAddress, type Person, person, signedUp } from '../../../support/person.ts';

const { database, start } = testInstances('accounts by providers');
let acme: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  [acme, other] = await Promise.all([startProvider(), startProvider({ id: 'other' })]);
});
afterAll(() => Promise.all([acme.close(), other.close()]));

const open = () => knowing(acme.environment(), other.environment({ name: 'Other' }));
const closed = () => ({ ...open(), REQUIRE_VERIFIED_EMAIL: 'true' });

/** Somebody at the provider, in front of an instance, whom we have not seen yet. */
function newcomer(
  told: Partial<ProviderPerson> = {},
  {
    environment = open(),
    instance = start({ environment }),
  }: { environment?: NodeJS.ProcessEnv; instance?: Instance } = {},
) {
  const email = newAddress();
  knownAt(acme, email, told);
  return { instance, ada: person({ instance, email }) };
}

const accounts = (email: string) => database.db().collection('users').countDocuments({ emailKey: email });

const idOf = async (someone: Person): Promise<string> => (await sessionOf(someone)).user.id;

async function typesOf({ account }: Person): Promise<string[]> {
  const { events } = (await account.get('/account/activity')).json();
  return events.map(({ type }: { type: string }) => type);
}

describe('an identity', () => {
  test('ASVS 6.8.1: is issuer and subject, so that the same subject of another issuer is somebody else', async () => {
    const sub = `7-${newAddress()}`;
    const { instance, ada } = newcomer({ sub });
    const bob = person({ instance });
    knownAt(other, bob.email, { sub });

    expect(leadsTo(await enterByProvider(ada))).toBe('/');
    expect(leadsTo(await enterByProvider(bob, { id: 'other' }))).toBe('/');

    expect(await idOf(bob)).not.toBe(await idOf(ada));
    expect((await sessionOf(bob)).session.methods).toMatchObject([{ method: 'oidc:other' }]);
  });

  test('ASVS 6.8.1: stays the same account where the address there changes, to that of another account too', async () => {
    const { instance, ada } = newcomer();
    const bob = await signedUp({ instance });
    await enterByProvider(ada);
    const id = await idOf(ada);

    for (const email of [newAddress('moved'), bob.email]) {
      knownAt(acme, ada.email, { email });
      const there = ada.elsewhere();
      expect(leadsTo(await enterByProvider(there))).toBe('/');
      expect((await sessionOf(there)).user).toMatchObject({ id, email: ada.email });
    }
  });

  test('ASVS 6.8.1: is not that of somebody else who has the address there now', async () => {
    const { ada } = newcomer();
    await enterByProvider(ada);
    knownAt(acme, ada.email, { sub: `another ${ada.email}` });

    const there = ada.elsewhere();

    expect(leadsTo(await enterByProvider(there))).toBe('/sign-in?problem=account_exists');
    expect(await there.status()).toBe(401);
    expect(await accounts(ada.email)).toBe(1);
  });
});

describe.each(eventSources)('over $name', (source) => {
  test('who comes for the first time has a fresh session of an account without a password', async () => {
    const { instance, ada } = newcomer({ name: 'Ada King' });
    const there = ada.elsewhere({ source });

    const answer = await enterByProvider(there, { next: '/settings?a=b' });

    expect(leadsTo(answer)).toBe('/settings?a=b');
    expect(await sessionOf(there)).toMatchObject({
      user: { email: ada.email, name: 'Ada King', emailVerified: true },
      session: { assurance: 1, methods: [{ method: 'oidc:acme' }] },
    });
    // It lives on where the browser is closed, as every session does unless it is told otherwise.
    const cookie = answer.cookies.find((line) => line.startsWith('session_auth='));
    expect(cookie).toMatch(/Max-Age=|Expires=/i);
    expect(await typesOf(there)).toEqual(['sign_up']);
    expect((await there.account.get('/account/factors')).json()).toMatchObject({
      password: false,
      totp: null,
      passkeys: [],
      providers: [{ id: 'acme', name: 'Acme' }],
    });
    expect(await mailsTo(instance, ada.email)).toEqual([]);
    const again = there.elsewhere();
    await enterByProvider(again);
    expect(await typesOf(again)).toEqual(['sign_in', 'sign_up']);
  });
});

describe('what the provider tells', () => {
  test.each<[string, unknown, string | null]>([
    ['a name', 'Ada  Lovelace', 'Ada  Lovelace'],
    ['a name with space around it', '  Ada ', 'Ada'],
    ['none', undefined, null],
    ['an empty one', '   ', null],
    ['one with control characters', 'Ada\u0000\u001b[2J', null],
    ['one that is far too long', 'a'.repeat(10_000), null],
    ['one that is no text', 12 as unknown, null],
  ])('is asked for a name once: %s', async (_what, name, kept) => {
    const { ada } = newcomer({ name: name as string });

    expect(leadsTo(await enterByProvider(ada))).toBe('/');
    expect((await sessionOf(ada)).user.name).toBe(kept);

    knownAt(acme, ada.email, { name: 'Somebody Else' });
    const there = ada.elsewhere();
    await enterByProvider(there);
    expect((await sessionOf(there)).user.name).toBe(kept);
  });

  test.each<[string, Partial<ProviderPerson>]>([
    ['false', { email_verified: false }],
    ['"false"', { email_verified: 'false' }],
    ['nothing', { email_verified: undefined as never }],
    ['"yes"', { email_verified: 'yes' }],
  ])(
    'of an address counts as unconfirmed where it says %s, and a mail asks to confirm it',
    async (_what, told) => {
      const { instance, ada } = newcomer(told);

      expect(leadsTo(await enterByProvider(ada))).toBe('/');

      expect((await sessionOf(ada)).user.emailVerified).toBe(false);
      const mails = await mailsTo(instance, ada.email);
      expect(mails.map((mail) => linkIn(mail).pathname)).toEqual(['/verify-email']);
      const token = await tokenTo(instance, ada.email, '/verify-email');
      expect((await ada.auth.post('/auth/email/verify', { token })).status).toBe(204);
      expect((await sessionOf(ada)).user.emailVerified).toBe(true);
      // By the browser that came by it: it stays linked.
      expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/');
    },
  );

  test.each<[string, string | undefined]>([
    ['no address', undefined],
    ['no address at all in it', 'not an address'],
    ['two addresses', 'a@mail.test, b@mail.test'],
    ['a line break', 'a@mail.test\r\nBcc: b@mail.test'],
    ['an endless one', `${'a'.repeat(400)}@mail.test`],
  ])('makes no account of %s', async (_what, email) => {
    const before = await database.db().collection('users').countDocuments();
    for (const environment of [open(), closed()]) {
      const { ada } = newcomer({ email: email as string }, { environment });

      expect(leadsTo(await enterByProvider(ada))).toBe('/sign-in?problem=provider_failed');

      expect(await ada.status()).toBe(401);
    }
    expect(await database.db().collection('users').countDocuments()).toBe(before);
  });
});

describe('where sign-up is closed', () => {
  test('an address that the provider has confirmed makes an account', async () => {
    const { ada } = newcomer({}, { environment: closed() });

    expect(leadsTo(await enterByProvider(ada))).toBe('/');

    expect((await sessionOf(ada)).user.emailVerified).toBe(true);
  });

  test('one that it has not is refused, alike whether it is known or not, and gets no mail', async () => {
    const { instance, ada } = newcomer({ email_verified: false }, { environment: closed() });
    const { ada: known } = newcomer({}, { instance });
    await enterByProvider(known);
    knownAt(acme, known.email, { sub: `another ${known.email}`, email_verified: false });

    const answers = [await enterByProvider(ada), await enterByProvider(known.elsewhere())];

    expect(answers.map(leadsTo)).toEqual(answers.map(() => '/sign-in?problem=provider_failed'));
    expect(await accounts(ada.email)).toBe(0);
    expect(await mailsTo(instance, ada.email)).toEqual([]);
    expect(await mailsTo(instance, known.email)).toEqual([]);
  });

  test('sign-ups that wait with the address are void once a provider has confirmed it', async () => {
    const { instance, ada } = newcomer({}, { environment: closed() });
    const mallory = ada.elsewhere();
    expect((await mallory.signUp()).status).toBe(202);
    const token = await tokenTo(instance, ada.email, '/verify-email');

    expect(leadsTo(await enterByProvider(ada))).toBe('/');

    const late = await mallory.auth.post('/auth/email/verify', { token, password: mallory.password });
    expect([late.status, late.json().code]).toEqual([400, 'invalid_token']);
    expect((await mallory.signIn()).status).toBe(401);
    expect(await idOf(ada)).toEqual(expect.any(String));
  });

  test('an account that was made while it was open, and never confirmed, does not come in', async () => {
    const { ada } = newcomer({ email_verified: false });
    await enterByProvider(ada);
    const there = ada.elsewhere({ instance: start({ environment: closed() }) });

    expect(leadsTo(await enterByProvider(there))).toBe('/sign-in?problem=provider_failed');
    expect(await there.status()).toBe(401);
  });
});

describe('an address that has an account', () => {
  const told = [true, false];
  test.each(told)(
    'is not joined to it by a provider that says %s of it, confirmed there or not',
    async (said) => {
      for (const isConfirmed of [true, false]) {
        const { instance, ada } = newcomer({ email_verified: said });
        await ada.signUp();
        const token = await tokenTo(instance, ada.email, '/verify-email');
        if (isConfirmed) await ada.auth.post('/auth/email/verify', { token });
        const there = ada.elsewhere();

        expect(leadsTo(await enterByProvider(there))).toBe('/sign-in?problem=account_exists');

        expect(await there.status()).toBe(401);
        expect(await accounts(ada.email)).toBe(1);
        expect((await ada.account.get('/account/factors')).json().providers).toEqual([]);
        expect((await there.signIn()).status).toBe(200);
      }
    },
  );

  test('is the same in whatever case the provider writes it', async () => {
    const { ada } = newcomer();
    await ada.signUp();
    knownAt(acme, ada.email, { email: ada.email.toUpperCase() });

    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/sign-in?problem=account_exists');
  });
});

describe('two that come at once for the first time', () => {
  test('have one account, and are both signed in to it, over two instances', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { ada } = newcomer();
      const there = ada.elsewhere({ instance: start({ environment: open() }) });
      const [one, two] = [await broughtBack(ada), await broughtBack(there)];

      const answers = await Promise.all([ada.auth.get(one), there.auth.get(two)]);

      expect(answers.map(leadsTo)).toEqual(['/', '/']);
      expect(await idOf(there)).toBe(await idOf(ada));
      expect(await accounts(ada.email)).toBe(1);
    }
  });

  test('have one account too where the provider tells of another address each time', async () => {
    const { ada } = newcomer();
    const there = ada.elsewhere({ instance: start({ environment: open() }) });
    acme.people.set(ada.email, {
      sub: ada.email,
      email_verified: true,
      // Another one whenever the provider is asked.
      get email() {
        return newAddress('another');
      },
    });
    const [one, two] = [await broughtBack(ada), await broughtBack(there)];

    const answers = await Promise.all([ada.auth.get(one), there.auth.get(two)]);

    expect(answers.map(leadsTo)).toEqual(['/', '/']);
    expect(await idOf(there)).toBe(await idOf(ada));
  });
});

test.each<Death>(['before', 'after'])(
  'a first time that is interrupted %s each command makes an account or none, and the same again signs in',
  async (death) => {
    for (let commands = 0; commands < 40; commands += 1) {
      const { instance, ada } = newcomer({ email_verified: commands % 2 === 0 });
      const callback = await broughtBack(ada);
      const { dead } = dieAt(instance, commands, death);

      const answer = await ada.auth.get(callback, { expect5xx: true });

      const next = ada.elsewhere({ instance: start({ environment: open() }), cookies: ada.cookies });
      const isIn = answer.status === 303 && !leadsTo(answer).startsWith('/sign-in');
      expect(await next.status()).toBe(isIn ? 200 : 401);
      const again = next.elsewhere();
      expect(leadsTo(await enterByProvider(again))).toBe('/');
      expect(await accounts(ada.email)).toBe(1);
      expect(await linkedTo(again)).toEqual(['acme']);
      if (!dead()) return;
    }
    throw new Error('it needed 40 commands and more');
  },
);
