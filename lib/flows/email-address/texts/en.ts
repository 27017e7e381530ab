import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { changeEmail, undoEmail, verifyEmail } from '../../shared/token-kinds.ts';

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

export const pages = {
  verify: {
    title: 'Confirm your e-mail address',
    change: 'It is to have the address {email} from then on. Confirm it only if that account is yours.',
    lead: 'One more step, so that nothing is confirmed by a program that only opens the link.',
    submit: 'Confirm address',
    again: 'Ask for a new link',
  },
  /** A sign-up that waits for its link. */
  signUp: {
    lead: 'One more step: enter the password that you chose when you signed up. If you did not sign up, leave this page; no account is made.',
    password: 'Password',
    submit: 'Confirm and create account',
    forgotten: 'Not the password that you know? Use the link of your own sign-up, or {again}',
    again: 'sign up again',
  },
  resend: {
    lead: `Follow the link in the mail that we have sent you. It works for ${lifetimeOf(verifyEmail, 'en')}.`,
    signInFirst: 'To have it sent again, {signIn}.',
    signIn: 'sign in',
    submit: 'Send the mail again',
  },
  undo: {
    title: 'Take your old address back',
    lead: 'The account gets this address back, and every device is signed out. Whoever changed the address may know the password, so choose a new one.',
    submit: 'Take it back',
    again: 'Go to the settings',
  },
  done: {
    confirmed: 'Your e-mail address is confirmed',
    verify: 'It has been confirmed already.',
    change: 'Sign in with it from now on.',
    signUp: 'Sign in with the password of that sign-up.',
    undone: 'Your old e-mail address is back',
    undo: 'This link has brought it back and set a new password, and every session of the account has ended.',
  },
};

export const letters = {
  confirmNewEmail: {
    subject: (site: string) => `Confirm your new e-mail address for ${site}`,
    paragraphs: (site: string) => [
      `This address is to become the one of an account at ${site}. If that was you, confirm it within ${lifetimeOf(changeEmail, 'en')}:`,
    ],
    link: 'Confirm e-mail address',
    closing: ['If it was not you, do nothing: the account keeps the address that it has.'],
  },
  newEmailTaken: {
    subject: (site: string) => `This e-mail address already has an account at ${site}`,
    paragraphs: (site: string) => [
      `Somebody, probably you, wanted to give this address to another account at ${site}. It already has an account of its own, so nothing has changed.`,
      'You can sign in to it:',
    ],
    link: 'Sign in',
    closing: ['If it was not you, you need not do anything.'],
  },
  /** Only to an address that its owner had confirmed: it names the new one. */
  emailChanged: (newEmail: string) => ({
    subject: (site: string) => `Your e-mail address at ${site} has been changed`,
    paragraphs: (site: string) => [
      `Your account at ${site} now has the address ${newEmail}, and mails go there.`,
      `If it was not you, take the account back within ${lifetimeOf(undoEmail, 'en')}:`,
    ],
    link: 'Undo the change',
    closing: ['This brings this address back, sets a password that you choose, and ends every session.'],
  }),
  /** To an address that an account had: one that nobody had confirmed, or one that cannot come back by a link. */
  emailLost: {
    subject: (site: string) => `This e-mail address has left an account at ${site}`,
    paragraphs: (site: string) => [
      `An account at ${site} that had this address has another one now. Mails about it do not come here any more.`,
    ],
    link: 'Sign in',
    closing: ['If you have no account there, you need not do anything.'],
  },
  emailConfirmed: {
    subject: (site: string) => `This is now your e-mail address at ${site}`,
    paragraphs: (site: string) => [
      `Your account at ${site} has this address now. Sign in with it from now on.`,
      'If it is not your account, although you followed a link to confirm this address, make it yours by a new password:',
    ],
    link: 'Choose a new password',
    closing: [
      'Until then whoever gave it your address can still sign in, and take the address back from it.',
    ],
  },
  emailChangeUndone: {
    subject: (site: string) => `Your e-mail address at ${site} is back`,
    paragraphs: (site: string) => [
      `The change of your e-mail address at ${site} has been undone, a new password has been set, and every session of your account has ended. Passkeys and authenticator apps that were added since that change are removed.`,
      'If it was you, sign in with the new password. If it was not, choose another one at once:',
    ],
    link: 'Choose a new password',
    closing: [],
  },
};
