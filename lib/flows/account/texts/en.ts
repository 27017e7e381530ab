import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { undoEmail } from '../../shared/token-kinds.ts';

export const events = {
  name_changed: 'Name changed',
  wrong_password: 'Wrong current password entered',
  password_changed: 'Password changed',
};

export const notices = {
  name_changed: 'Your name is saved.',
  language_chosen: 'Your language is saved. Pages and mails speak it from now on.',
  email_requested:
    'We have sent a mail to the new address. The change takes effect when you follow its link.',
  password_changed: 'Your new password is set, and every other session has ended.',
  left: 'Your account is deleted, with everything that was stored about you.',
};

export const pages = {
  settings: {
    title: 'Settings',
    lead: (email: string) => `You are signed in as ${email}.`,
    currentPassword: 'Current password',
  },
  name: { title: 'Name', field: 'Name', submit: 'Save name' },
  language: {
    title: 'Language',
    field: 'Of pages and mails',
    asBrowser: 'What the browser asks for',
    submit: 'Save language',
  },
  email: {
    title: 'E-mail address',
    confirmed: 'confirmed',
    unconfirmed: 'not confirmed',
    field: 'New e-mail address',
    hint: `It takes effect when you follow the link that we send there. Both addresses are told. Your present one, if it is confirmed, can take it back for ${lifetimeOf(undoEmail, 'en')}.`,
    submit: 'Change e-mail address',
  },
  password: {
    title: 'Password',
    change: 'Every other device is signed out when you change it.',
    none: 'You have none, and sign in with a passkey. Every other device is signed out when you set one.',
    submitChange: 'Change password',
    submitFirst: 'Set a password',
  },
  factors: {
    title: 'Passkeys and second factor',
    text: 'Passkeys, an authenticator app, and recovery codes for when those are lost.',
    link: 'Go to security',
  },
  data: {
    title: 'Your data',
    text: 'Everything that is stored about you, as a file.',
    submit: 'Download your data',
  },
  leaving: {
    title: 'Delete account',
    text: 'Your account and everything that is stored about you are deleted at once, and every device is signed out. This cannot be undone.',
    submit: 'Delete my account',
  },
};

export const letters = {
  accountDeleted: {
    subject: (site: string) => `Your account at ${site} has been deleted`,
    paragraphs: (site: string) => [
      `The account at ${site} that had this address has been deleted, with all that was stored about it.`,
      'If it was not you, somebody knew your password. Change it wherever else you use it. You may sign up again:',
    ],
    link: (site: string) => `Go to ${site}`,
    closing: [],
  },
};
