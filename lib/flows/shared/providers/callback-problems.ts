/** What may have gone wrong where somebody comes back from a provider: `problem` of `/sign-in`. Stable. */
export const callbackProblems = [
  'provider_denied',
  'provider_failed',
  'account_exists',
  'sign_in_expired',
  'account_disabled',
] as const;

export type CallbackProblem = (typeof callbackProblems)[number];

/** Where it is told. */
export const problemPath = (problem: CallbackProblem) => `/sign-in?problem=${problem}`;
