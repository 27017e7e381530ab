import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  broughtBack,
  enterByProvider,
  knownAt,
  leadsTo,
  linkProvider,
  sessionOf,
} from '../../support/by-provider.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { person, signedUp } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

const { start } = testInstances('proving anew by a provider');
let acme: TestProvider;

beforeAll(async () => {
  acme = await startProvider();
});
afterAll(() => acme.close());

/** It is now when this has passed, as the provider's clock goes by itself. */
const elevenMinutes = 11 * 60;
const clockBefore = () => testClock(new Date(Date.now() - elevenMinutes * 1000));

/** Somebody who came by a provider eleven minutes ago, and has nothing else. */
async function stale() {
  const clock = clockBefore();
  const instance = start({ environment: acme.environment(), now: clock.now });
  const ada = person({ instance });
  knownAt(acme, ada.email);
  await enterByProvider(ada);
  clock.pass(elevenMinutes);
  return { clock, instance, ada };
}

describe.each(eventSources)('over $name', (source) => {
  test('who has nothing but a provider shows anew by it who they are', async () => {
    const { ada } = await stale();
    const here = ada.elsewhere({ source, cookies: ada.cookies });
    const there = ada.elsewhere();
    await enterByProvider(there);

    const refused = await here.account.delete('/account', {});
    expect([refused.status, refused.json().code, refused.json().errors]).toEqual([
      403,
      'reauthentication_needed',
      [{ path: 'provider', message: 'signing in anew by your provider would do' }],
    ]);
    const [before, began] = [ada.cookies.get('session_auth'), await sessionOf(here)];
    const begun = await here.pages.get('/sign-in/with/acme?anew=true');
    expect(new URL(leadsTo(begun)).searchParams.get('max_age')).toBe('600');
    expect(leadsTo(await enterByProvider(here, { next: '/settings', anew: true }))).toBe('/settings');

    expect(ada.cookies.get('session_auth')).not.toBe(before);
    const after = await sessionOf(here);
    expect(after.session.methods).toMatchObject([{ method: 'oidc:acme' }]);
    expect(Date.parse(after.session.methods[0].at)).toBeGreaterThan(Date.parse(began.session.methods[0].at));
    expect([await here.status(), await there.status()]).toEqual([200, 200]);
    expect((await here.account.delete('/account', {})).status).toBe(204);
    expect([await here.status(), await there.status()]).toEqual([401, 401]);
  });

  test('the export names the providers, with nothing that signs in', async () => {
    const { ada } = await stale();
    const here = ada.elsewhere({ source, cookies: ada.cookies });
    await enterByProvider(here);

    const exported = await here.account.get('/account/export');

    expect([exported.status, exported.json().factors]).toEqual([
      200,
      expect.objectContaining({
        providers: [
          {
            provider: 'acme',
            issuer: acme.issuer,
            subject: `of ${ada.email}`,
            linkedAt: expect.any(String),
          },
        ],
      }),
    ]);
  });
});

test('the old cookie is worth nothing then, and what was kept in the session is there still', async () => {
  const { instance, ada } = await stale();
  const old = ada.elsewhere();
  old.cookies.set('session_auth', ada.cookies.get('session_auth') ?? '');
  const { session } = await sessionOf(ada);

  await enterByProvider(ada);

  expect([await old.status(), await ada.status()]).toEqual([401, 200]);
  expect((await sessionOf(ada)).session.expiresAt >= session.expiresAt).toBe(true);
  const { events } = (await ada.account.get('/account/activity')).json();
  // It is the session that there was: nobody has signed in.
  expect(events.map(({ type }: { type: string }) => type)).not.toContain('sign_in');
  expect(instance.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a sign-in there that is older than ten minutes does not do', async () => {
  const { clock, ada } = await stale();
  clock.pass(180);
  const callback = await broughtBack(ada, { anew: true });
  // Of the attempt nine minutes, of what it tells twelve.
  clock.pass(9 * 60);

  const late = await ada.auth.get(callback);

  expect(leadsTo(late)).toBe('/sign-in?problem=provider_failed');
  expect(await ada.status()).toBe(200);
  expect((await ada.account.delete('/account', {})).status).toBe(403);
});

test('a session that is ended meanwhile stays ended', async () => {
  const { ada } = await stale();
  const callback = await broughtBack(ada);
  const there = ada.elsewhere();
  await enterByProvider(there);
  await there.sessions.delete('/sessions');

  expect(leadsTo(await ada.auth.get(callback))).toBe('/');

  // Whoever comes back has shown who they are: it is a new sign-in, and not the session that was ended.
  const { events } = (await ada.account.get('/account/activity')).json();
  const types = events.map(({ type }: { type: string }) => type);
  expect(types.filter((type: string) => type === 'sign_in')).toHaveLength(2);
});

test('whoever is signed in there as somebody else does not become them here, and makes no account', async () => {
  const { instance, ada } = await stale();
  const [bob, nobody] = [person({ instance }), person({ instance })];
  for (const { email } of [bob, nobody]) knownAt(acme, email);
  await enterByProvider(bob);
  const { user } = await sessionOf(ada);

  for (const { email } of [bob, nobody]) {
    const answer = await enterByProvider(ada, { who: email, next: '/settings', anew: true });
    expect(leadsTo(answer)).toBe('/sign-in?problem=provider_failed');
  }

  expect((await sessionOf(ada)).user).toEqual(user);
  expect((await ada.account.delete('/account', {})).status).toBe(403);
  expect((await nobody.signUp()).status).toBe(201);
});

test('where there is a second factor a provider alone does not do', async () => {
  const clock = clockBefore();
  const instance = start({ environment: acme.environment(), now: clock.now });
  const ada = await signedUp({ instance });
  knownAt(acme, ada.email);
  await linkProvider(ada);
  const { code } = await withApp(ada, clock);
  clock.pass(elevenMinutes);

  expect(leadsTo(await enterByProvider(ada))).toBe('/');

  const refused = await ada.account.delete('/account/totp');
  expect([refused.status, refused.json().errors.map(({ path }: { path: string }) => path)]).toEqual([
    403,
    ['code', 'recoveryCode'],
  ]);
  const { methods } = (await sessionOf(ada)).session;
  expect(methods.map(({ method }: { method: string }) => method)).toEqual(['password', 'totp', 'oidc:acme']);
  expect((await ada.auth.post('/auth/reauthenticate', { code: code() })).status).toBe(204);
  expect((await ada.account.delete('/account/totp')).status).toBe(204);
});
