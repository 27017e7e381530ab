import { Authenticator } from './authenticator.ts';
import type { TestClock } from './clock.ts';
import type { Instance } from './instance.ts';
import type { observeApi } from './observed-api.ts';
import { codeOf } from './totp.ts';

const password = 'four plain words together';
const newPassword = 'quite another long password';

type Observed = ReturnType<typeof observeApi>;
type Visitor = ReturnType<Observed['visitor']>;

interface TokenDriveOptions {
  /** With EMAIL_CODE. */
  instance: Instance;
  clock: TestClock;
  /** Links the provider acme to somebody's account, in the browser where they are signed in. */
  link(browser: Visitor): Promise<void>;
}

/** Asks for all that answers otherwise to a client that keeps tokens. Throws where an answer sets a cookie. */
export async function driveTokens(
  observed: Observed,
  { instance, clock, link }: TokenDriveOptions,
): Promise<void> {
  const [browser, program] = [observed.visitor(instance), observed.visitor(instance)];
  let token: string | undefined;
  const call: Visitor['call'] = async (id, options = {}) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await program.call(id, { ...options, cookies: [], headers });
    if (answer.cookies.length > 0) throw new Error(`${id} sets ${answer.cookies.join()}`);
    if (answer.body.startsWith('{')) token = answer.json().token ?? token;
    return answer;
  };
  const email = 'kim@example.com';
  const body = { email, password, transport: 'token' };

  await call('signUp', { body });
  await call('signIn', { body });
  await call('changePassword', { body: { currentPassword: password, newPassword } });
  await call('reauthenticate', { body: { currentPassword: newPassword } });
  const { secret } = (await call('beginTotp')).json();
  await call('confirmTotp', { body: { code: codeOf(secret, clock.now()) } });
  await call('removeTotp');
  await browser.call('signIn', { body: { email, password: newPassword } });
  await link(browser);
  await call('signIn', { body: { ...body, password: newPassword } });
  await call('unlinkProvider', { params: 'acme' });
  const [first, second] = [new Authenticator(), new Authenticator()];
  for (const each of [first, second]) {
    const credential = each.register((await call('passkeyCreationOptions')).json());
    await call('addPasskey', { body: { credential } });
  }
  await call('removePassword');
  await call('removePasskey', { params: second.id });
  const options = (await call('passkeySignInOptions', { body: { transport: 'token' } })).json();
  await call('passkeySignIn', { body: { passkey: first.sign(options), transport: 'token' } });
  await call('askEmailCode', { body: { email, transport: 'token' } });
}
