import type { ToldEvent } from '../../activity/told-event.ts';
import type { Caller } from '../../base/caller.ts';
import type { User } from '../../users/user.ts';

/** Somebody who wants an account. */
export interface AskedSignUp extends Caller {
  /** As typed, or as the provider tells it. Nobody has confirmed it here. */
  readonly email: string;
  readonly name: string | null;
  /** `password`, or `oidc:ID` of the provider. */
  readonly method: string;
}

/** Why there is to be no account; whoever asked for it reads this. */
export interface Refusal {
  readonly refuse: string;
}

/**
 * What to do after something happened, in a job.
 *
 * It is done at least once. What is done again has the same `event.id`. Where it throws, the job is tried again, three
 * times in all.
 *
 * @param user as it is by then; null where it is gone.
 */
export type AfterEvent = (event: ToldEvent, user: User | null) => Promise<void>;

/** Code of one's own, for what happens to accounts. */
export interface Hooks {
  /**
   * Allows a sign-up, or refuses it: 403 `sign_up_refused`. It is asked in the request, for known and unknown addresses
   * alike and before anything is looked up, so that its answer says nothing of who has an account. One sign-up may ask
   * twice. Where it throws, takes longer than a second, or gives anything else, the sign-up is 503 `unavailable`, and
   * there is no account.
   */
  readonly beforeSignUp?: (signUp: AskedSignUp) => Promise<Refusal | null | undefined>;
  /** There is an account: with `REQUIRE_VERIFIED_EMAIL` once its address is confirmed. */
  readonly afterSignUp?: AfterEvent;
  readonly afterSignIn?: AfterEvent;
  /** The account has another address, or its old one back. */
  readonly afterEmailChange?: AfterEvent;
  /** The account is gone. */
  readonly afterLeaving?: AfterEvent;
}

/** The hook of each kind of event that has one. */
export function hooksByEvent({ afterSignUp, afterSignIn, afterEmailChange, afterLeaving }: Hooks) {
  const all: [string, AfterEvent | undefined][] = [
    ['sign_up', afterSignUp],
    ['sign_in', afterSignIn],
    ['email_changed', afterEmailChange],
    ['email_change_undone', afterEmailChange],
    ['account_deleted', afterLeaving],
  ];
  return new Map(all.flatMap(([type, hook]) => (hook ? [[type, hook] as const] : [])));
}
