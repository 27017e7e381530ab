import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  enterByProvider,
  knowing,
  knownAt,
  leadsTo,
  linkedTo,
  linkProvider,
} from '../../support/by-provider.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { enterByPasskey, withPasskey } from '../../support/passkey.ts';
import { person, signedUp } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('last way in by a provider');
let acme: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  [acme, other] = await Promise.all([startProvider(), startProvider({ id: 'other' })]);
});
afterAll(() => Promise.all([acme.close(), other.close()]));

const both = () => knowing(acme.environment(), other.environment({ name: 'Other' }));

/** Somebody who has come by a provider, and has nothing else. */
async function byProviderAlone(environment = both()) {
  const clock = testClock();
  const instance = start({ environment, now: clock.now });
  const ada = person({ instance });
  for (const each of [acme, other]) knownAt(each, ada.email);
  expect(leadsTo(await enterByProvider(ada))).toBe('/');
  return { clock, instance, ada };
}

/** Somebody with a password, and a provider. */
async function withPassword() {
  const instance = start({ environment: both() });
  const ada = await signedUp({ instance });
  for (const each of [acme, other]) knownAt(each, ada.email);
  await linkProvider(ada);
  return { instance, ada };
}

describe.each(eventSources)('over $name', (source) => {
  test('the last way in stays', async () => {
    const { ada } = await byProviderAlone();
    const here = ada.elsewhere({ source, cookies: ada.cookies });

    const answer = await here.account.delete('/account/providers/acme');

    expect([answer.status, answer.json().code]).toEqual([409, 'last_way_in']);
    expect(await linkedTo(here)).toEqual(['acme']);
    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/');
  });

  test('a password can go where a provider is linked', async () => {
    const { ada } = await withPassword();
    const here = ada.elsewhere({ source, cookies: ada.cookies });

    expect((await here.account.delete('/account/password')).status).toBe(204);

    expect((await ada.elsewhere().signIn()).status).toBe(401);
    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/');
    expect((await here.account.delete('/account/providers/acme')).json().code).toBe('last_way_in');
  });
});

describe('a provider can go', () => {
  test('where there is a password', async () => {
    const { ada } = await withPassword();

    expect((await ada.account.delete('/account/providers/acme')).status).toBe(204);

    expect((await ada.elsewhere().signIn()).status).toBe(200);
  });

  test('where there is another, and then that one stays', async () => {
    const { ada } = await byProviderAlone();
    await linkProvider(ada, { id: 'other' });

    expect((await ada.account.delete('/account/providers/acme')).status).toBe(204);

    expect(await linkedTo(ada)).toEqual(['other']);
    expect((await ada.account.delete('/account/providers/other')).json().code).toBe('last_way_in');
    expect(leadsTo(await enterByProvider(ada.elsewhere(), { id: 'other' }))).toBe('/');
  });

  test('where there is a passkey that works alone', async () => {
    const { ada } = await byProviderAlone();
    const key = await withPasskey(ada);
    await enterByPasskey(ada, key);

    expect((await ada.account.delete('/account/providers/acme')).status).toBe(204);

    expect((await enterByPasskey(ada.elsewhere(), key)).status).toBe(200);
  });

  test('and be linked again', async () => {
    const { ada } = await withPassword();
    await ada.account.delete('/account/providers/acme');

    expect(leadsTo(await linkProvider(ada))).toBe('/security');

    expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/');
  });
});

describe('no way in is', () => {
  test('an authenticator app: the provider stays', async () => {
    const { clock, ada } = await byProviderAlone();
    await withApp(ada, clock);

    expect((await ada.account.delete('/account/providers/acme')).json().code).toBe('last_way_in');
  });

  test('a passkey that has shown no user: the provider stays', async () => {
    const { ada } = await byProviderAlone();
    await withPasskey(ada, { isResident: false });

    expect((await ada.account.delete('/account/providers/acme')).json().code).toBe('last_way_in');
  });

  test('a provider that is not offered any more: it goes, and what is left stays', async () => {
    const { clock, ada } = await byProviderAlone();
    await linkProvider(ada, { id: 'other' });
    const instance = start({ environment: acme.environment(), now: clock.now });
    const here = ada.elsewhere({ instance, cookies: ada.cookies });

    const last = await here.account.delete('/account/providers/acme');
    expect([last.status, last.json().code]).toEqual([409, 'last_way_in']);
    expect((await here.account.get('/account/factors')).json().providers).toMatchObject([
      { id: 'acme', name: 'Acme' },
      { id: 'other', name: 'other' },
    ]);
    expect((await here.account.delete('/account/providers/other')).status).toBe(204);

    expect(await linkedTo(here)).toEqual(['acme']);
  });

  test('one that is not offered any more: the password stays', async () => {
    const { ada } = await withPassword();
    const here = ada.elsewhere({ instance: start(), cookies: ada.cookies });

    const answer = await here.account.delete('/account/password');

    expect([answer.status, answer.json().code]).toEqual([409, 'last_way_in']);
    expect((await ada.elsewhere().signIn()).status).toBe(200);
  });
});

test('the last passkey can go where a provider is linked', async () => {
  const { ada } = await byProviderAlone();
  const key = await withPasskey(ada);

  expect((await ada.account.delete(`/account/passkeys/${key.id}`)).status).toBe(204);

  expect(leadsTo(await enterByProvider(ada.elsewhere()))).toBe('/');
});

test('a password can be set by who has none, and then the provider can go', async () => {
  const { ada } = await byProviderAlone();

  const set = await ada.account.post('/account/password', { newPassword: ada.password });
  expect([set.status, set.body]).toEqual([204, '']);

  expect((await ada.account.delete('/account/providers/acme')).status).toBe(204);
  expect((await ada.elsewhere().signIn()).status).toBe(200);
});

test('ASVS 6.4.3: a passkey that is added by who came by a provider is asked for after it', async () => {
  const { ada } = await byProviderAlone();
  await withPasskey(ada);
  const there = ada.elsewhere();

  expect(leadsTo(await enterByProvider(there))).toBe('/second-factor');
  expect(await there.status()).toBe(401);
});
