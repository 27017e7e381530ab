import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { enterByProvider, knownAt, leadsTo, linkProvider, sessionOf } from '../../../support/by-provider.ts';
import { testClock } from '../../../support/clock.ts';
import { eventSources } from '../../../support/events.ts';
import { testInstances } from '../../../support/instances.ts';
import { startProvider, type TestProvider } from '../../../support/oidc-provider.ts';
import { person, signedUp } from '../../../support/person.ts';
import { withApp } from '../../../support/totp.ts';

const { start } = testInstances('second factor after a provider');
const app = 'https://app.example';
let acme: TestProvider;

beforeAll(async () => {
  acme = await startProvider();
});
afterAll(() => acme.close());

/** Somebody with an authenticator app, who is linked to the provider, in front of another browser. */
async function withSecondFactor({ trusts = false, amr }: { trusts?: boolean; amr?: string[] } = {}) {
  const clock = testClock();
  const environment = { ...acme.environment({ trustsSecondFactor: trusts }), ALLOWED_ORIGINS: app };
  const instance = start({ now: clock.now, environment });
  const ada = await signedUp({ instance });
  knownAt(acme, ada.email, amr && { amr });
  await linkProvider(ada);
  const { code } = await withApp(ada, clock);
  clock.pass(30);
  return { ada, there: ada.elsewhere(), code };
}

describe.each(eventSources)('over $name', (source) => {
  test('it is asked for after the provider, and then both are shown', async () => {
    const { ada, code } = await withSecondFactor();
    const there = ada.elsewhere({ source });

    expect(leadsTo(await enterByProvider(there, { next: '/devices' }))).toBe(
      '/second-factor?next=%2Fdevices',
    );
    const waiting = await there.auth.get('/auth/session');
    expect([waiting.status, waiting.json().code]).toEqual([401, 'second_factor_needed']);
    const shown = await there.auth.post('/auth/second-factor', { code: code() });

    expect(shown.status).toBe(200);
    expect((await sessionOf(there)).session).toMatchObject({
      assurance: 2,
      methods: [{ method: 'oidc:acme' }, { method: 'totp' }],
    });
  });
});

describe('a provider', () => {
  test('that is trusted for it, and says that it asked, is believed', async () => {
    const { there } = await withSecondFactor({ trusts: true, amr: ['pwd', 'mfa'] });

    expect(leadsTo(await enterByProvider(there, { next: '/devices' }))).toBe('/devices');

    expect((await sessionOf(there)).session).toMatchObject({
      assurance: 2,
      methods: [{ method: 'oidc:acme' }],
    });
  });

  test.each<[string, { trusts: boolean; amr?: string[] }]>([
    ['that says so without being trusted', { trusts: false, amr: ['mfa'] }],
    ['that is trusted and says nothing', { trusts: true }],
    ['that is trusted and has asked for one factor', { trusts: true, amr: ['pwd'] }],
    ['that is trusted and has asked for a code alone', { trusts: true, amr: ['otp'] }],
  ])('%s has it asked for here', async (_which, said) => {
    const { there } = await withSecondFactor(said);

    expect(leadsTo(await enterByProvider(there))).toBe('/second-factor');

    expect(await there.status()).toBe(401);
  });

  test('that says so of somebody new is believed just so', async () => {
    for (const trusts of [true, false]) {
      const instance = start({ environment: acme.environment({ trustsSecondFactor: trusts }) });
      const ada = person({ instance });
      knownAt(acme, ada.email, { amr: ['mfa'] });

      expect(leadsTo(await enterByProvider(ada))).toBe('/');

      expect((await sessionOf(ada)).session.assurance).toBe(trusts ? 2 : 1);
    }
  });
});

describe('where one wanted to go', () => {
  const page = `${app}/after?a=b#c`;

  test('ASVS 3.7.2: is a path of ours, or a page of an origin that may call us', async () => {
    const instance = start({ environment: { ...acme.environment(), ALLOWED_ORIGINS: app } });
    const ada = person({ instance });
    knownAt(acme, ada.email);

    const led = new Map<string, string>();
    const wanted = [
      ...['/settings?a=b#c', page, app, 'https://evil.example/', '//evil.example', '/\\evil.example'],
      ...[`${app}.evil.example/`, `${app}@evil.example/`, 'http://app.example/', `${app}:8443/`],
      ...['javascript:alert(1)', 'data:text/html,x', `${app}/${'a'.repeat(1024)}`, ''],
    ];
    for (const next of wanted) led.set(next, leadsTo(await enterByProvider(ada.elsewhere(), { next })));

    expect(Object.fromEntries(led)).toEqual({
      ...Object.fromEntries(wanted.map((next) => [next, '/'])),
      '/settings?a=b#c': '/settings?a=b#c',
      [page]: page,
      [app]: `${app}/`,
    });
  });

  test('of such an origin asks for the second factor itself', async () => {
    const { there, code } = await withSecondFactor();

    expect(leadsTo(await enterByProvider(there, { next: page }))).toBe(page);

    expect((await there.auth.get('/auth/session')).json().code).toBe('second_factor_needed');
    expect((await there.auth.post('/auth/second-factor', { code: code() })).status).toBe(200);
  });
});
