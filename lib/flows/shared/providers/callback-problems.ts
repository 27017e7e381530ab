/** What may have gone wrong where somebody comes back from a provider: `problem` of `/sign-in`. Stable. */
export const callbackProblems = {
  provider_denied: 'You were not signed in there, or did not allow it. Nothing has changed here.',
  provider_failed:
    'Signing in there did not work out, or it does not tell us an address that it has confirmed. Try again, or sign in in another way.',
  account_exists:
    'There is an account of that address, or of that sign-in, already. Sign in to it as you always do, or set a new password if you have forgotten it. Then link the other sign-in under Security.',
  sign_in_expired: 'That took too long, was begun in another browser, or was done already. Try again.',
  account_disabled: 'This account is disabled. Ask whoever runs this service.',
} as const;

export type CallbackProblem = keyof typeof callbackProblems;

/** Where it is told. */
export const problemPath = (problem: CallbackProblem) => `/sign-in?problem=${problem}`;
