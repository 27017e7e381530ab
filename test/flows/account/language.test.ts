import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readerOn } from '../../../lib/web/reader.ts';
import { administrator } from '../../support/administrators.ts';
import { browse, signedUp as signedUpByPage } from '../../support/browse.ts';
import { enterByProvider, knownAt } from '../../support/by-provider.ts';
import { watchCommands } from '../../support/commands.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { newAddress, type Person, person, signedUp } from '../../support/person.ts';
import { actingApp, browser } from '../../support/session-app.ts';

const { database, start } = testInstances('language');
const users = () => database.db().collection('users');

const german = { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' } };
const choose = ({ account }: Person, language: unknown, options = {}) =>
  account.put('/account/language', { language }, options);
const languageOf = async ({ account }: Person) => (await account.get('/account/export')).json().user.language;
/** The one that the settings show as chosen; undefined for what the browser asks for. */
const shownOn = (body: string) => /<option value="(\w+)"[^>]* selected/.exec(body)?.[1];

describe.each(eventSources)('over $name', (source) => {
  test('a sign-up keeps the language that its browser asks for', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source, ...german });
    const bob = await signedUp({ instance, source, headers: { 'accept-language': 'fr, en;q=0.1' } });
    const eve = await signedUp({ instance, source, headers: { 'accept-language': 'fr' } });
    const dan = await signedUp({ instance, source });

    expect(await Promise.all([ada, bob, eve, dan].map(languageOf))).toEqual(['de', 'en', null, null]);
  });

  test('a closed sign-up keeps the language of who signed up, not of who confirms it', async () => {
    const instance = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
    const ada = person({ instance, source, ...german });
    await ada.signUp();
    const token = await tokenTo(instance, ada.email, '/verify-email');

    const there = ada.elsewhere({ headers: { 'accept-language': 'en' } });
    await there.auth.post('/auth/email/verify', { token, password: ada.password });
    await there.signIn();

    expect(await languageOf(there)).toBe('de');
  });

  test('a language is chosen, and given back to the browser', async () => {
    const ada = await signedUp({ instance: start(), source });
    const before = (await ada.account.get('/account')).json();

    for (const language of ['de', 'de', 'en', null, null] as const) {
      const { status, body } = await choose(ada, language);
      expect([status, body]).toEqual([204, '']);
      expect(await languageOf(ada)).toBe(language);
    }

    expect((await ada.account.get('/account')).json()).toEqual(before);
    expect(before.user).not.toHaveProperty('language');
  });
});

test.each([[{}], [{ language: 'fr' }], [{ language: 'DE' }], [{ language: '' }], [{ language: 1 }]])(
  'what is no language of ours is refused, and the one that was chosen stays: %o',
  async (body) => {
    const ada = await signedUp({ instance: start(), ...german });

    const answer = await ada.account.put('/account/language', body);

    expect(answer.json()).toMatchObject({
      ...{ status: 422, code: 'invalid_request' },
      errors: [{ path: 'language', message: 'must be one of en, de' }],
    });
    expect(await languageOf(ada)).toBe('de');
  },
);

test('a choice is in force for the rest of its request, and at the next one on every instance', async () => {
  const [here, there] = [start(), start()].map((instance) => ({ instance, ...actingApp(instance) }));
  const client = browser(here!.handler);
  await client.post('/enter');
  const asking = { headers: { 'accept-language': 'en-US' } };

  const asked = await here!.act(client, readerOn, asking);
  const chosen = await here!.act(
    client,
    async (req) => {
      await here!.instance.services.accounts.chooseLanguage(req, 'de');
      return readerOn(req);
    },
    asking,
  );
  const like = browser(there!.handler, client);
  const elsewhere = await there!.act(like, readerOn, asking);
  const inAustria = await there!.act(like, readerOn, german);
  const nobody = await there!.act(browser(there!.handler), readerOn, asking);

  const inGerman = { language: 'de', locale: 'de-DE' };
  const inEnglish = { language: 'en', locale: 'en-US' };
  expect([asked.json(), nobody.json()]).toEqual([inEnglish, inEnglish]);
  expect([chosen.json(), elsewhere.json()]).toEqual([inGerman, inGerman]);
  expect(inAustria.json()).toEqual({ language: 'de', locale: 'de-AT' });
});

test('who has chosen a language is known by one read, as everybody is', async () => {
  const instance = start({ mongoOptions: { monitorCommands: true } });
  const ada = await signedUp({ instance, ...german });
  const watch = watchCommands(instance);

  await ada.account.get('/account');
  const read = watch.names();
  watch.clear();
  await choose(ada, 'en');

  expect(read).toHaveLength(1);
  expect(watch.writes().map(({ collection }) => collection)).toEqual(['users']);
});

test('a language that only a later release has is none, until another is chosen', async () => {
  const ada = await signedUp({ instance: start(), ...german });
  await users().updateOne({ email: ada.email }, { $set: { language: 'eo' } });
  const of = async () => (await start().services.users.findByEmail(ada.email))?.language;

  expect(await ada.status()).toBe(200);
  expect(await of()).toBeNull();
  await ada.account.patch('/account', { name: 'Ada' });
  expect((await users().find({ email: ada.email }).toArray())[0]?.language).toBe('eo');
  await choose(ada, 'en');

  expect(await of()).toBe('en');
});

test('who is invited has the language of no administrator', async () => {
  const instance = start();
  const boss = await administrator({ instance, ...german });
  const email = newAddress();

  expect((await boss.admin.post('/admin/users', { email })).status).toBe(201);

  expect((await instance.services.users.findByEmail(email))?.language).toBeNull();
});

describe('the settings', () => {
  test('show what was chosen, change it, and leave it to the browser', async () => {
    const { get, post } = await signedUpByPage(start());
    const shown = async () => shownOn((await get('/settings')).body);
    const before = await shown();

    const chosen = await post('/settings', { form: 'language', language: 'de' });
    const german = await shown();
    const left = await post('/settings', { form: 'language', language: '' });

    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, '/settings']);
    expect(left.status).toBe(303);
    expect([before, german, await shown()]).toEqual([undefined, 'de', undefined]);
  });

  test('refuse what is no language of ours', async () => {
    const { get, post } = await signedUpByPage(start());

    const answer = await post('/settings', { form: 'language', language: 'fr' });

    expect(answer.status).toBe(422);
    expect(shownOn((await get('/settings')).body)).toBeUndefined();
  });

  test('show the language that the page for signing up was asked for in', async () => {
    const { post, get } = browse(start());
    const account = { email: newAddress(), password: 'four plain words together' };

    await post('/sign-up', account, {
      headers: { ...german.headers, 'content-type': 'application/x-www-form-urlencoded' },
    });

    expect(shownOn((await get('/settings')).body)).toBe('de');
  });
});

describe('by a provider', () => {
  let acme: TestProvider;
  beforeAll(async () => {
    acme = await startProvider();
  });
  afterAll(() => acme.close());

  test('who comes for the first time keeps the language of the browser, and whoever comes again the one chosen', async () => {
    const instance = start({ environment: acme.environment() });
    const ada = person({ instance, ...german });
    knownAt(acme, ada.email);

    await enterByProvider(ada);
    const first = await languageOf(ada);
    const there = ada.elsewhere({ headers: { 'accept-language': 'en' } });
    await enterByProvider(there);

    expect([first, await languageOf(there)]).toEqual(['de', 'de']);
  });
});
