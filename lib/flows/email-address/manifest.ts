import type { Flow } from '../flow.ts';

export const emailAddress = {
  name: 'email-address',
  tag: 'E-mail addresses',
  description: 'Confirm an address, ask for the mail again, undo a change.',
  events: {
    email_verified: 'E-mail address confirmed',
    email_change_requested: 'New e-mail address asked for',
    email_changed: 'E-mail address changed',
    email_change_undone: 'Change of the e-mail address taken back',
  },
} as const satisfies Flow;
