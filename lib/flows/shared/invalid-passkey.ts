import { Problem } from '../../base/problem.ts';
import { shared } from './manifest.ts';

/** To who is signed in already: nobody is asked to sign in. */
export const refusedPasskey = { ...shared.problems.invalid_passkey, status: 403 };

/** The answer to whatever is wrong with a passkey, and to who has none. */
export function invalidPasskey(kind = shared.problems.invalid_passkey): Problem {
  return new Problem(kind, 'The passkey was not accepted. Try again, or take another way.');
}
