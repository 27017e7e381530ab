import type { Request } from 'express';
import { HintedError } from '../../base/hinted-error.ts';
import { Problem, unavailable } from '../../base/problem.ts';
import { within } from '../../base/within.ts';
import { callerOf } from '../../web/caller.ts';
import type { AskedSignUp, Hooks, Refusal } from './hooks.ts';
import { shared } from './manifest.ts';

/** A sign-up waits no longer for its hook, in milliseconds. */
const hookMs = 1000;

/**
 * Asks the hook whether there may be an account; every way that makes one passes it.
 *
 * A hook that fails lets nobody in: whoever can overload what it asks would else get by it.
 *
 * @throws {Problem} 403 `sign_up_refused`; 503 `unavailable` where the hook throws, takes longer than a second, or gives
 * something else than its answers.
 */
export type SignUpGate = (
  req: Request,
  signUp: Pick<AskedSignUp, 'email' | 'name' | 'method'>,
) => Promise<void>;

export function createSignUpGate({ beforeSignUp }: Hooks): SignUpGate {
  return async function passSignUpGate(req, signUp) {
    if (!beforeSignUp) return;
    const asked = { ...signUp, ...callerOf(req) };
    const late = () => new Error('the hook before a sign-up took too long');
    const answering = Promise.resolve().then(() => beforeSignUp(asked));
    const answer = await within(hookMs, answering, late).catch((cause: unknown) => {
      throw unavailable(cause);
    });
    const refusal = refusalOf(answer);
    if (refusal) throw new Problem(shared.problems.sign_up_refused, refusal.refuse);
  };
}

/** The types say what a hook gives; code in JavaScript, or a service that it asks, may give anything. */
function refusalOf(answer: unknown): Refusal | null {
  if (answer === undefined || answer === null) return null;
  const { refuse } = answer as { refuse?: unknown };
  if (typeof refuse === 'string') return { refuse };
  throw unavailable(
    new HintedError(
      'the hook before a sign-up gave an odd answer',
      'beforeSignUp of lib/hooks.ts gives { refuse: "words" }, or undefined',
    ),
  );
}
