import type { Request } from 'express';
import { Problem } from '../../base/problem.ts';
import type { Proven } from '../../store/records.ts';
import type { Credentials } from '../../users/user.ts';
import { shared } from './manifest.ts';

/** What somebody has shown to be let in. Only `complete` makes a session of it. */
export interface Proof {
  /** Whose it is, as it stood when it was shown. */
  readonly credentials: Credentials;
  /** The ways in that were gone, by their names. */
  readonly methods: readonly string[];
  /** Factors that were shown. */
  readonly assurance: 1 | 2;
  /** What was shown before, on the way to this. */
  readonly earlier?: readonly Proven[] | undefined;
  /** By which session with a provider they came, hashed, where that is known. */
  readonly providerSession?: string | undefined;
  /** False has the session end with the browser, and after 12 hours in any case. */
  readonly remember?: boolean | undefined;
  /** The answer where the credentials change meanwhile; without it, that to a wrong password. */
  readonly overtaken?: (() => Problem) | undefined;
  /** Of somebody who signs up: makes the account, once its session is stored. */
  readonly makeAccount?: (() => Promise<void>) | undefined;
}

/** A way in. `signInMethodContract` holds every one to what follows. */
export interface WayIn<Input> {
  /** As the session's `methods` name it. Stable. */
  readonly name: string;
  /** Which factor it shows; `both` is one that asks for no second. */
  readonly factor: 'first' | 'second' | 'both';
  /**
   * Checks what a caller shows, within the limits on guessing. Who is unknown, and who shows the wrong thing, get the
   * same answer in the same time; a failure is counted and written to the activity of whose account it is.
   *
   * @throws {Problem} 401 `invalid_credentials`, of a passkey `invalid_passkey`; 429 `rate_limited`, before anything costly is done.
   */
  prove(input: Input, caller: Request): Promise<Proof>;
}

/** What a proof says of whoever has shown a password, or chosen one just now. */
export const byPassword = { methods: ['password'], assurance: 1 } as const;

/** The answer to who has shown the right thing, and is kept out. */
export function accountDisabled(): Problem {
  return new Problem(
    shared.problems.account_disabled,
    'This account is disabled. Ask whoever runs this service.',
  );
}

/** The answer to who is unknown, and to who shows the wrong thing. */
export function invalidCredentials(): Problem {
  return new Problem(shared.problems.invalid_credentials, 'The e-mail address or the password is wrong.');
}
