import { Problem } from '../base/problem.ts';
import type { TokenPurpose } from './one-time-tokens.ts';

/** The answer to a token that is wrong, replaced or over: 400 `invalid_token`, and nothing of which. */
export function invalidToken(): Problem {
  return new Problem('invalid_token', 'This link is wrong or over. Ask for a new one.');
}

/** The answer to a token that did its work: 400 `invalid_token`, with what that was and how to go on. */
export function usedToken(purpose: TokenPurpose): Problem {
  return new Problem('invalid_token', `This link has been used: ${usedFor[purpose]}`);
}

const usedFor: Readonly<Record<TokenPurpose, string>> = {
  verify_email: 'the address is confirmed. Sign in.',
  sign_up: 'the account is confirmed. Sign in with the password of that sign-up.',
  change_email: 'the address is confirmed. Sign in with it.',
  reset_password: 'a new password is set. Sign in with it, or ask for a new link.',
  undo_email:
    'the old address is back and a new password is set. Sign in with them, or ask for a link to choose another.',
};
