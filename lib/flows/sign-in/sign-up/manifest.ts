import { userProblems } from '../../../users/user-problems.ts';
import type { Flow } from '../../flow.ts';
import { signUp as signUpToken } from '../../shared/token-kinds.ts';

export const signUp = {
  name: 'sign-in/sign-up',
  tag: 'Signing in',
  events: { sign_up: 'Account created' },
  notices: {
    signed_up: 'Your account is ready. We have sent you a mail: follow its link to confirm your address.',
    check_mail:
      'Almost done. If this address can be signed up, a mail is on its way: follow its link, and enter the password that you have just chosen.',
  },
  problems: { email_taken: userProblems.email_taken },
  limits: {
    signUp: { name: 'sign-up', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    signUpSite: { name: 'sign-up-site', limit: 80, windowSeconds: 60 * 60, perNetwork: true },
  },
  tokens: [signUpToken],
} as const satisfies Flow;
