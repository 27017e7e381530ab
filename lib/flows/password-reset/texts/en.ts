import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { resetPassword } from '../../shared/token-kinds.ts';

const lifetime = lifetimeOf(resetPassword, 'en');

export const events = { password_reset: 'Password set by a mailed link' };

export const notices = {
  reset_requested: `If there is an account with this address, a mail is on its way. Its link works for ${lifetime}.`,
  password_reset: 'Your new password is set, and every session has ended. Sign in with it.',
};

export const pages = {
  forgot: {
    title: 'Forgot your password?',
    lead: 'Tell us your e-mail address, and we send you a link to choose a new one.',
    submit: 'Send the link',
    back: 'Back to signing in',
  },
  reset: {
    title: 'Choose a new password',
    devices: 'Every device that is signed in to it is signed out then.',
    submit: 'Set the new password',
    expired: 'Has the link expired? {again}',
    askAnew: 'Ask for a new one',
    again: 'Ask for a new link',
  },
  done: {
    reset: {
      title: 'Your new password is set',
      text: 'This link has set it, and every session of the account has ended.',
    },
    invitation: {
      title: 'Your password is set',
      text: 'This link has set it, and the address is confirmed.',
    },
  },
};

export const letters = {
  resetPassword: {
    subject: (site: string) => `Choose a new password for ${site}`,
    paragraphs: (site: string) => [
      `Somebody, probably you, asked for a new password at ${site}. Choose one within ${lifetime}:`,
    ],
    link: 'Choose a new password',
    closing: [
      'This ends every session of your account. Asking again makes this link worthless.',
      'If it was not you, do nothing: your password stays as it is.',
    ],
  },
};
