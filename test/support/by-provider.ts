import { expect } from 'vitest';
import type { TestAnswer, TestClient } from './events.ts';
import { type ProviderPerson, type TestProvider, visit } from './oidc-provider.ts';
import type { Person } from './person.ts';

/** How somebody goes to a provider. */
export interface Going {
  /** Of the provider. */
  id?: string;
  /** Who signs in there; anybody unless told: who has the address of ours. */
  who?: string;
  next?: string;
  /** True from the page where who is signed in shows that again. */
  anew?: boolean;
  /** Instances that die answer so. */
  expect5xx?: boolean;
}

/** Has somebody be known there, by an address that the provider has made sure of unless told otherwise. */
export function knownAt({ people }: TestProvider, email: string, told: Partial<ProviderPerson> = {}): void {
  people.set(email, { sub: `of ${email}`, email, email_verified: true, name: 'Ada Lovelace', ...told });
}

/** The variables of an instance that knows all of them. */
export function knowing(...environments: readonly Record<string, string>[]): Record<string, string> {
  const lists = environments.flatMap(({ OIDC_PROVIDERS = '[]' }) => JSON.parse(OIDC_PROVIDERS));
  return { ...Object.assign({}, ...environments), OIDC_PROVIDERS: JSON.stringify(lists) };
}

/** Where a 303 leads. */
export function leadsTo(answer: TestAnswer): string {
  expect([answer.status, answer.body]).toEqual([303, expect.any(String)]);
  return answer.headers.get('location') ?? '';
}

/** Goes where an answer leads, signs in there, and gives the address of our own to come back to. */
export async function signInThere(begun: TestAnswer, who: string): Promise<string> {
  const { url } = await visit(leadsTo(begun), who);
  return url.pathname + url.search;
}

/** The first half of a sign-in: the address of the callback, which has not been asked for yet. */
export async function broughtBack({ auth, pages, email }: Person, going: Going = {}): Promise<string> {
  const { id = 'acme', who = email, next, anew = false } = going;
  const query: [string, string][] = next === undefined ? [] : [['next', next]];
  if (!anew) return signInThere(await auth.get(`/auth/with/${id}`, { query }), who);
  return signInThere(await pages.get(`/sign-in/with/${id}`, { query: [...query, ['anew', 'true']] }), who);
}

/** Signs in by a provider; gives what the callback answers. */
export async function enterByProvider(someone: Person, going: Going = {}): Promise<TestAnswer> {
  const { expect5xx = false } = going;
  return someone.auth.get(await broughtBack(someone, going), { expect5xx });
}

/** Links a provider to the account of somebody who is signed in; gives what the callback answers. */
export async function linkProvider(someone: Person, going: Going = {}): Promise<TestAnswer> {
  const { id = 'acme', who = someone.email, expect5xx = false } = going;
  const begun = await someone.account.post(`/account/providers/${id}`);
  return someone.auth.get(await signInThere(begun, who), { expect5xx });
}

/** The account that a browser is signed in to, and how. */
export async function sessionOf({ auth }: { auth: TestClient }) {
  return (await auth.get('/auth/session')).json();
}

/** The providers that are linked, by their ids. */
export async function linkedTo({ account }: { account: TestClient }): Promise<string[]> {
  const { providers } = (await account.get('/account/factors')).json();
  return providers.map(({ id }: { id: string }) => id);
}
