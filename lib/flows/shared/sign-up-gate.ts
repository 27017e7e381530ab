import type { Request } from 'express';
import { Problem, unavailable } from '../../base/problem.ts';
import { within } from '../../base/within.ts';
import { callerOf } from '../../web/caller.ts';
import type { AskedSignUp, Hooks } from './hooks.ts';
import { shared } from './manifest.ts';

/** A sign-up waits no longer for its hook, in milliseconds. */
const hookMs = 1000;

/**
 * Asks the hook whether there may be an account; every way that makes one passes it.
 *
 * A hook that fails lets nobody in: whoever can overload what it asks would else get by it.
 *
 * @throws {Problem} 403 `sign_up_refused`; 503 `unavailable` where the hook throws, or takes longer than a second.
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
    if (answer !== undefined) throw new Problem(shared.problems.sign_up_refused, answer.refuse);
  };
}
