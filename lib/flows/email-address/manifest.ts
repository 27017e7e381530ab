import type { Flow } from '../flow.ts';
import { changeEmail, undoEmail, verifyEmail } from '../shared/token-kinds.ts';

export const emailAddress = {
  name: 'email-address',
  tag: 'E-mail addresses',
  description: 'Confirm an address, ask for the mail again, undo a change.',
  events: ['email_verified', 'email_change_requested', 'email_changed', 'email_change_undone'],
  notices: ['email_verified', 'email_undone', 'verification_sent'],
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
