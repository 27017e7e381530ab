import { lifetimeOf } from '../../tokens/token-kind.ts';
import type { Flow } from '../flow.ts';
import { changeEmail, undoEmail, verifyEmail } from '../shared/token-kinds.ts';

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
  notices: {
    email_verified: 'Your e-mail address is confirmed.',
    email_undone:
      'Your old e-mail address is back, your new password is set, and every session has ended. Sign in with them.',
    verification_sent: `If the address still waits to be confirmed, a mail is on its way. Its link works for ${lifetimeOf(verifyEmail)}.`,
  },
  limits: {
    changeEmail: { name: 'change-email', limit: 10, windowSeconds: 24 * 60 * 60 },
    changeEmailNetwork: {
      name: 'change-email-network',
      limit: 20,
      windowSeconds: 60 * 60,
      perNetwork: true,
    },
  },
  tokens: [verifyEmail, changeEmail, undoEmail],
} as const satisfies Flow;
