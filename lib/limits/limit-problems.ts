import { problemKinds } from '../base/problem-kind.ts';

/** What a limit answers. */
export const limitProblems = problemKinds({
  rate_limited: {
    status: 429,
    title: 'Too many attempts',
    meaning:
      'Too many attempts. Wait for the seconds that `Retry-After` names; `RateLimit` and `RateLimit-Policy` say which limit it was.',
  },
});
