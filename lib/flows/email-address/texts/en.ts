import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { verifyEmail } from '../../shared/token-kinds.ts';

export const events = {
  email_verified: 'E-mail address confirmed',
  email_change_requested: 'New e-mail address asked for',
  email_changed: 'E-mail address changed',
  email_change_undone: 'Change of the e-mail address taken back',
};

export const notices = {
  email_verified: 'Your e-mail address is confirmed.',
  email_undone:
    'Your old e-mail address is back, your new password is set, and every session has ended. Sign in with them.',
  verification_sent: `If the address still waits to be confirmed, a mail is on its way. Its link works for ${lifetimeOf(verifyEmail, 'en')}.`,
};
