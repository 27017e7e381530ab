import { Authenticator } from '../../support/authenticator.ts';
import { enterByPasskey, withPasskey } from '../../support/passkey.ts';
import { signInMethodContract } from './method-contract.ts';

/** Whose authenticator is whose, by address. */
const authenticators = new Map<string, Authenticator>();

function of(email: string): Authenticator {
  return authenticators.get(email) ?? new Authenticator();
}

signInMethodContract({
  name: 'passkey',
  // The limit of failures from one network address.
  failures: 100,
  arrange: async (someone) => {
    authenticators.set(someone.email, await withPasskey(someone));
  },
  enter: (someone) => enterByPasskey(someone, of(someone.email)),
  fail: (someone) => enterByPasskey(someone, of(someone.email), { signature: () => Buffer.from('wrong') }),
});
