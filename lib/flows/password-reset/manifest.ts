import type { Flow } from '../flow.ts';
import { resetPassword } from '../shared/token-kinds.ts';

export const passwordReset = {
  name: 'password-reset',
  tag: 'Passwords',
  description: 'A forgotten password.',
  events: ['password_reset'],
  notices: ['reset_requested', 'password_reset'],
  // Of a locked account alone: its mail is what opens the lock.
  limits: { mailLocked: { name: 'mail-locked', limit: 1, windowSeconds: 10 * 60 } },
  tokens: [resetPassword],
} as const satisfies Flow;
