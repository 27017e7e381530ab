/** What a mail says, before it is text or HTML; every part is plain text. */
export interface Letter {
  readonly subject: string;
  /** Before the link. */
  readonly paragraphs: readonly string[];
  readonly link?: { readonly label: string; readonly path: string };
  /** After the link. */
  readonly closing: readonly string[];
}

/** The page that spends a token. */
type TokenPage = '/verify-email' | '/reset-password' | '/undo-email';

const withToken = (page: TokenPage, token: string) => `${page}?token=${token}`;

/**
 * Every mail of the product. None says a user's name: whoever signs up with another's address could otherwise have
 * us deliver a text of their own.
 */
export const letters = {
  verifyEmail: (site: string, token: string): Letter => ({
    subject: `Confirm your e-mail address for ${site}`,
    paragraphs: [`This address was used to sign up at ${site}. If that was you, confirm it within 24 hours:`],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: ['If it was not you, do nothing: this address stays unconfirmed.'],
  }),

  confirmSignUp: (site: string, token: string): Letter => ({
    subject: `Confirm your e-mail address for ${site}`,
    paragraphs: [
      `This address was used to sign up at ${site}. If that was you, confirm it within 24 hours, with the password that you chose at that sign-up:`,
    ],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: [
      'Only that very password works here: each sign-up has a link of its own.',
      'If it was not you, do nothing: no account is made.',
    ],
  }),

  accountExists: (site: string): Letter => ({
    subject: `You already have an account at ${site}`,
    paragraphs: [
      `Somebody, probably you, tried to sign up at ${site} with this address. It already has an account, and nothing about it has changed.`,
      'Sign in with the password that you have, or choose a new one there if you have forgotten it:',
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If it was not you, you need not do anything.'],
  }),

  resetPassword: (site: string, token: string): Letter => ({
    subject: `Choose a new password for ${site}`,
    paragraphs: [
      `Somebody, probably you, asked for a new password at ${site}. Choose one within 10 minutes:`,
    ],
    link: { label: 'Choose a new password', path: withToken('/reset-password', token) },
    closing: [
      'This ends every session of your account. Asking again makes this link worthless.',
      'If it was not you, do nothing: your password stays as it is.',
    ],
  }),

  passwordChanged: (site: string): Letter => ({
    subject: `Your password at ${site} has been changed`,
    paragraphs: [
      `The password of your account at ${site} has just been changed, and every other session has ended.`,
      'If it was you, all is well. If it was not, choose a new password at once:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),

  confirmNewEmail: (site: string, token: string): Letter => ({
    subject: `Confirm your new e-mail address for ${site}`,
    paragraphs: [
      `This address is to become the one of an account at ${site}. If that was you, confirm it within 24 hours:`,
    ],
    link: { label: 'Confirm e-mail address', path: withToken('/verify-email', token) },
    closing: ['If it was not you, do nothing: the account keeps the address that it has.'],
  }),

  newEmailTaken: (site: string): Letter => ({
    subject: `This e-mail address already has an account at ${site}`,
    paragraphs: [
      `Somebody, probably you, wanted to give this address to another account at ${site}. It already has an account of its own, so nothing has changed.`,
      'You can sign in to it:',
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If it was not you, you need not do anything.'],
  }),

  /** Only to an address that its owner had confirmed: it names the new one. */
  emailChanged: (site: string, newEmail: string, token: string): Letter => ({
    subject: `Your e-mail address at ${site} has been changed`,
    paragraphs: [
      `Your account at ${site} now has the address ${newEmail}, and mails go there.`,
      'If it was not you, take the account back within 72 hours:',
    ],
    link: { label: 'Undo the change', path: withToken('/undo-email', token) },
    closing: ['This brings this address back, sets a password that you choose, and ends every session.'],
  }),

  /** To an address that an account had: one that nobody had confirmed, or one that cannot come back by a link. */
  emailLost: (site: string): Letter => ({
    subject: `This e-mail address has left an account at ${site}`,
    paragraphs: [
      `An account at ${site} that had this address has another one now. Mails about it do not come here any more.`,
    ],
    link: { label: 'Sign in', path: '/sign-in' },
    closing: ['If you have no account there, you need not do anything.'],
  }),

  emailConfirmed: (site: string): Letter => ({
    subject: `This is now your e-mail address at ${site}`,
    paragraphs: [
      `Your account at ${site} has this address now. Sign in with it from now on.`,
      'If it is not your account, although you followed a link to confirm this address, make it yours by a new password:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [
      'Until then whoever gave it your address can still sign in, and take the address back from it.',
    ],
  }),

  emailChangeUndone: (site: string): Letter => ({
    subject: `Your e-mail address at ${site} is back`,
    paragraphs: [
      `The change of your e-mail address at ${site} has been undone, a new password has been set, and every session of your account has ended.`,
      'If it was you, sign in with the new password. If it was not, choose another one at once:',
    ],
    link: { label: 'Choose a new password', path: '/forgot-password' },
    closing: [],
  }),

  accountDeleted: (site: string): Letter => ({
    subject: `Your account at ${site} has been deleted`,
    paragraphs: [
      `The account at ${site} that had this address has been deleted, with all that was stored about it.`,
      'If it was not you, somebody knew your password. Change it wherever else you use it. You may sign up again:',
    ],
    link: { label: `Go to ${site}`, path: '/' },
    closing: [],
  }),
} as const;
