import { Problem } from '../base/problem.ts';
import type { TokenKind } from './token-kind.ts';

/** The answer to a token that is wrong, replaced or over: 400 `invalid_token`, and nothing of which. */
export function invalidToken(): Problem {
  return new Problem('invalid_token', 'This link is wrong or over. Ask for a new one.');
}

/** The answer to a token that did its work: 400 `invalid_token`, with what that was and how to go on. */
export function usedToken({ used }: TokenKind): Problem {
  return new Problem('invalid_token', `This link has been used: ${used}`);
}
