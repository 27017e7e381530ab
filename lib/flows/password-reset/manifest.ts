import type { Flow } from '../flow.ts';

export const passwordReset = {
  name: 'password-reset',
  tag: 'Passwords',
  description: 'A forgotten password.',
  events: { password_reset: 'Password set by a mailed link' },
} as const satisfies Flow;
