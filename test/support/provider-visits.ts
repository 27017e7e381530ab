import { expect } from 'vitest';
import type { TestDatabase } from './database.ts';
import type { RequestOptions, TestAnswer } from './events.ts';
import type { Instance } from './instance.ts';
import { type LyingPerson, type LyingProvider, lyingSecret } from './lying-provider.ts';
import { newAddress, type Person } from './person.ts';

/** Somebody with an account at a provider, whom nobody else in a test file is. */
export function providerPerson(about = 'ada'): LyingPerson & { email: string } {
  const email = newAddress(about);
  return { sub: `subject-of-${email}`, email, email_verified: true, name: 'Ada Lovelace' };
}

/** Presses the button, and gives where the browser is sent to. */
export async function begin({ auth }: Person, id = 'acme', next?: string): Promise<string> {
  const answer = await auth.get(`/auth/with/${id}`, { query: next === undefined ? [] : [['next', next]] });
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

/** Comes back with these fields in the query. */
export function comeBack(
  { auth }: Person,
  fields: Record<string, string>,
  id = 'acme',
  options: RequestOptions = {},
): Promise<TestAnswer> {
  return auth.get(`/auth/with/${id}/callback`, { ...options, query: Object.entries(fields) });
}

/** The whole way through a provider. */
export async function signInBy(
  someone: Person,
  provider: LyingProvider,
  who: LyingPerson,
  next?: string,
): Promise<TestAnswer> {
  const fields = provider.sendBack(await begin(someone, provider.id, next), who);
  return comeBack(someone, fields, provider.id);
}

/** What an answer says, in short. */
export const outcome = ({ status, headers }: TestAnswer) => [status, headers.get('location')] as const;

export const problem = (code: string) => [303, `/sign-in?problem=${code}`] as const;

/** How many documents there are of what a sign-in makes. */
export async function countAll(database: TestDatabase): Promise<Record<string, number>> {
  const names = ['users', 'sessions', 'events', 'mail_jobs'];
  const counts = await Promise.all(names.map((name) => database.db().collection(name).countDocuments()));
  return Object.fromEntries(names.map((name, at) => [name, counts[at] ?? 0]));
}

/** Nothing of what may tell somebody more than a log should. */
export function expectQuietLog(
  instance: Instance,
  provider: LyingProvider,
  more: readonly string[] = [],
): void {
  const log = JSON.stringify(instance.log);
  const codes = provider.asked.flatMap(({ fields }) => [...fields.values()]);
  const secrets = [...codes, ...provider.given, ...more, lyingSecret, '@mail.test', 'an-access-token'];
  const shown = secrets.filter((secret) => secret.length > 12 && !isOurs(secret) && log.includes(secret));
  expect(shown).toEqual([]);
}

/** Names of the protocol, and addresses of our own. */
const isOurs = (text: string) => text === 'authorization_code' || text.startsWith('http');
