import type { Flow } from '../../flow.ts';

export const signUp = {
  name: 'sign-in/sign-up',
  tag: 'Signing in',
  events: { sign_up: 'Account created' },
} as const satisfies Flow;
