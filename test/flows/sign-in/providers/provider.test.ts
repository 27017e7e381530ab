import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventSources } from '../../../support/events.ts';
import { testInstances } from '../../../support/instances.ts';
import { startProvider, type TestProvider, visit } from '../../../support/oidc-provider.ts';
import { newAddress, type Person, person } from '../../../support/person.ts';

const { start } = testInstances('providers');
let acme: TestProvider;

beforeAll(async () => {
  acme = await startProvider();
});
afterAll(() => acme.close());

/** Goes through the provider, and comes back. */
async function through({ auth }: Person, who: string, next?: string) {
  const begun = await auth.get('/auth/with/acme', { query: next === undefined ? [] : [['next', next]] });
  expect(begun.status).toBe(303);
  const { url } = await visit(begun.headers.get('location') ?? '', who);
  return auth.get(url.pathname + url.search);
}

describe.each(eventSources)('over $name', (source) => {
  test('who comes by a provider has an account, and the same one next time', async () => {
    const instance = start({ environment: acme.environment() });
    const email = newAddress('ada');
    acme.people.set(email, { sub: email, email, email_verified: true, name: 'Ada Lovelace' });
    const ada = person({ instance, source, email });

    const answer = await through(ada, email, '/settings');

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/settings']);
    const first = (await ada.auth.get('/auth/session')).json();
    expect(first.user).toMatchObject({ email, name: 'Ada Lovelace', emailVerified: true });
    expect(first.session).toMatchObject({ assurance: 1, methods: [{ method: 'oidc:acme' }] });
    const there = ada.elsewhere();
    expect((await through(there, email)).headers.get('location')).toBe('/');
    expect((await there.auth.get('/auth/session')).json().user.id).toBe(first.user.id);
    expect((await ada.account.get('/account/factors')).json()).toMatchObject({
      password: false,
      providers: [{ id: 'acme', name: 'Acme', linkedAt: expect.any(String) }],
    });
  });
});
