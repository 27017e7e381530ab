import type { Flow } from '../flow.ts';

export const signIn = {
  name: 'sign-in',
  tag: 'Signing in',
  description: 'Sign up, in and out, and know who is calling.',
  events: {
    sign_in: 'Signed in',
    sign_in_failed: 'Failed attempt to sign in',
    sign_out: 'Signed out',
  },
  notices: { signed_out: 'You are signed out.' },
} as const satisfies Flow;
