import { lifetimeOf } from '../../tokens/token-kind.ts';
import type { Flow } from '../flow.ts';
import { resetPassword } from '../shared/token-kinds.ts';

export const passwordReset = {
  name: 'password-reset',
  tag: 'Passwords',
  description: 'A forgotten password.',
  events: { password_reset: 'Password set by a mailed link' },
  notices: {
    reset_requested: `If there is an account with this address, a mail is on its way. Its link works for ${lifetimeOf(resetPassword)}.`,
    password_reset: 'Your new password is set, and every session has ended. Sign in with it.',
  },
  // Of a locked account alone: its mail is what opens the lock.
  limits: { mailLocked: { name: 'mail-locked', limit: 1, windowSeconds: 10 * 60 } },
  tokens: [resetPassword],
} as const satisfies Flow;
