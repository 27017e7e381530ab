import type { Flow } from '../flow.ts';

export const account = {
  name: 'account',
  tag: 'Account',
  description: 'The account of who is signed in.',
  events: ['name_changed', 'wrong_password', 'password_changed'],
  notices: ['name_changed', 'language_chosen', 'email_requested', 'password_changed', 'left'],
} as const satisfies Flow;
