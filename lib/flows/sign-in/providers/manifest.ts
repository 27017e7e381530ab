import { problemKinds } from '../../../base/problem-kind.ts';
import type { Flow } from '../../flow.ts';
import { callbackProblems } from '../../shared/providers/callback-problems.ts';

export const providers = {
  name: 'sign-in/providers',
  tag: 'Signing in',
  events: { provider_logout: 'Sessions ended, since you signed out at the provider that they came by' },
  problems: problemKinds({
    invalid_logout_token: {
      status: 400,
      title: 'The logout token is not right',
      meaning:
        'It is not signed by this provider, not for us, not about a user, too old, or was used before. Which of these it is, is in the log.',
    },
  }),
  notices: callbackProblems,
} as const satisfies Flow;
