import { Problem } from '../base/problem.ts';
import { problemKinds } from '../base/problem-kind.ts';
import type { TokenKind } from './token-kind.ts';

/** What a mailed link answers. */
export const tokenProblems = problemKinds({
  invalid_token: {
    status: 400,
    title: 'The link is invalid or has expired',
    meaning:
      'The token of a mailed link is unknown, was used before (`detail` says what for), was replaced by a newer one, or has expired. Who repeats within a minute what succeeded gets that success again.',
  },
});

/** The answer to a token that is wrong, replaced or over: 400 `invalid_token`, and nothing of which. */
export function invalidToken(): Problem {
  return new Problem(tokenProblems.invalid_token, 'This link is wrong or over. Ask for a new one.');
}

/** The answer to a token that did its work: 400 `invalid_token`, with what that was and how to go on. */
export function usedToken({ used }: TokenKind): Problem {
  return new Problem(tokenProblems.invalid_token, `This link has been used: ${used}`);
}
