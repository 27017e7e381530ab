import type { SignedIn } from '../store/records.ts';

/** Carries a mark that nothing but this file can give: no copy has it, whatever its fields. */
class Decided {
  readonly #isDecided = true;

  constructor(signedIn: SignedIn) {
    Object.freeze(Object.assign(this, signedIn));
  }

  static is(value: object): boolean {
    return #isDecided in value;
  }
}

/** Who is signed in, as only signing in and reading a stored session may say it; it cannot be changed. */
export function decideSignedIn(signedIn: SignedIn): SignedIn {
  return new Decided(signedIn) as Decided & SignedIn;
}

/** False for what an application put into a session by itself, such as a body that it took over whole. */
export function isDecided(signedIn: SignedIn | undefined): signedIn is SignedIn {
  return typeof signedIn === 'object' && signedIn !== null && Decided.is(signedIn);
}
