import { Authenticator, type AuthenticatorOptions, type Lie } from './authenticator.ts';
import type { TestAnswer, TestClient } from './events.ts';
import type { Person } from './person.ts';

/** Asks for options of whatever kind. */
export async function optionsFor(client: TestClient, path: string) {
  const answer = await client.post(path);
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.body}`);
  return answer.json();
}

/** Adds a passkey to the account of somebody who is signed in. */
export async function withPasskey(
  someone: Person,
  options: AuthenticatorOptions = {},
): Promise<Authenticator & { recoveryCodes: string[] }> {
  const authenticator = new Authenticator(options);
  const added = await addPasskey(someone, authenticator);
  if (added.status !== 201) throw new Error(`adding a passkey answered ${added.status}: ${added.body}`);
  return Object.assign(authenticator, { recoveryCodes: added.json().recoveryCodes });
}

export async function addPasskey(
  { account }: Person,
  authenticator: Authenticator,
  { lie = {}, name }: { lie?: Lie; name?: string } = {},
): Promise<TestAnswer> {
  const credential = authenticator.register(await optionsFor(account, '/account/passkeys/options'), lie);
  return account.post('/account/passkeys', { ...(name !== undefined && { name }), credential });
}

/** Signs in with a passkey alone, in the browser of somebody. */
export async function enterByPasskey(
  { auth }: Person,
  authenticator: Authenticator,
  lie: Lie = {},
): Promise<TestAnswer> {
  const options = await auth.post('/auth/passkey/options', undefined, { expect5xx: true });
  if (options.status !== 200) return options;
  const passkey = authenticator.sign(options.json(), lie);
  return auth.post('/auth/passkey', { passkey }, { expect5xx: true });
}
