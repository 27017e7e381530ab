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
  notices: {
    name_changed: 'Your name is saved.',
    email_requested:
      'We have sent a mail to the new address. The change takes effect when you follow its link.',
    password_changed: 'Your new password is set, and every other session has ended.',
    left: 'Your account is deleted, with everything that was stored about you.',
  },
} as const satisfies Flow;
