import { userProblems } from '../../../users/user-problems.ts';
import type { Flow } from '../../flow.ts';
import { signUp as signUpToken } from '../../shared/token-kinds.ts';

export const signUp = {
  name: 'sign-in/sign-up',
  tag: 'Signing in',
  events: ['sign_up'],
  notices: ['signed_up', 'check_mail'],
  problems: { email_taken: userProblems.email_taken },
  limits: {
    signUp: { name: 'sign-up', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    signUpSite: { name: 'sign-up-site', limit: 80, windowSeconds: 60 * 60, perNetwork: true },
  },
  tokens: [signUpToken],
} as const satisfies Flow;
