import type { Flow } from '../flow.ts';

export const account = {
  name: 'account',
  tag: 'Account',
  description: 'The account of who is signed in.',
  events: {
    name_changed: 'Name changed',
    wrong_password: 'Wrong current password entered',
    password_changed: 'Password changed',
  },
} as const satisfies Flow;
