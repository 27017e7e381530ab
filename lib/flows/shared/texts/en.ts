import { lifetimeOf } from '../../../tokens/token-kind.ts';
import { signUp, verifyEmail } from '../token-kinds.ts';

export const events = { account_deleted: 'Account deleted' };

/** What may have gone wrong where somebody comes back from a provider. */
export const notices = {
  provider_denied: 'You were not signed in there, or did not allow it. Nothing has changed here.',
  provider_failed:
    'Signing in there did not work out, or it does not tell us an address that it has confirmed. Try again, or sign in in another way.',
  account_exists:
    'There is an account of that address, or of that sign-in, already. Sign in to it as you always do, or set a new password if you have forgotten it. Then link the other sign-in under Security.',
  sign_in_expired: 'That took too long, was begun in another browser, or was done already. Try again.',
  account_disabled: 'This account is disabled. Ask whoever runs this service.',
};

/** What somebody comes by. */
export const device = (browser: string, system: string) => `${browser} on ${system}`;

export const pages = {
  fields: {
    email: 'E-mail address',
    password: 'Password',
    newPassword: 'New password',
    passwordHint: (least: number) =>
      `At least ${least} characters. Four plain words are easier to remember, and harder to guess, than one odd one.`,
  },
  link: {
    about: 'This link is about the account of {account}.',
    other: 'You are signed in here as {visitor}. Nothing of that account changes.',
    signIn: 'Sign in',
    proceed: 'Continue',
    signOut: (account: string) => `Sign out here, and sign in as ${account}`,
    forgotten: 'Was it not you, or have you forgotten the password? {again}',
    again: 'Choose a new one',
    overTitle: 'This link does not work any more',
    over: 'It is wrong, its time is over, or a newer one or another change has taken its place.',
    brokenTitle: 'This link is not whole',
    broken: 'Open it from the mail once more, or copy all of it into the address bar.',
  },
  confirm: {
    title: 'Confirm your e-mail address',
    text: (email: string) =>
      `We have sent a mail to ${email}. Follow its link, so that you can get back in if you forget your password.`,
    again: 'Send the mail again',
  },
  waiting: {
    title: 'Your sign-in is not finished',
    text: 'It waits for your second factor. {on}',
    on: 'Go on signing in',
  },
  /** On the button that leads to a provider, by its name. */
  providers: {
    signIn: (name: string) => `Sign in with ${name}`,
    signUp: (name: string) => `Go on with ${name}`,
    signInAnew: (name: string) => `Sign in again with ${name}`,
  },
  /** What the script says of passkeys. */
  script: {
    tooMuch: 'That was too much at once. Wait a while, then try again.',
    full: 'You have as many passkeys as an account can have. Remove one first.',
    known: 'This device has a passkey of this account already.',
    notMade: 'No passkey was made. You can try again.',
    notShown: 'No passkey was shown. You can try again, or take another way.',
    unsupported: 'This browser takes no passkeys for this site.',
    failed: 'That did not work. Look whether you are online, then try again.',
  },
};

/** None says a user's name: whoever signs up with another's address could otherwise have us deliver a text of their own. */
export const letters = {
  verifyEmail: {
    subject: (site: string) => `Confirm your e-mail address for ${site}`,
    paragraphs: (site: string) => [
      `This address was used to sign up at ${site}. If that was you, confirm it within ${lifetimeOf(verifyEmail, 'en')}:`,
    ],
    link: 'Confirm e-mail address',
    closing: ['If it was not you, do nothing: this address stays unconfirmed.'],
  },
  confirmSignUp: {
    subject: (site: string) => `Confirm your e-mail address for ${site}`,
    paragraphs: (site: string) => [
      `This address was used to sign up at ${site}. If that was you, confirm it within ${lifetimeOf(signUp, 'en')}, with the password that you chose at that sign-up:`,
    ],
    link: 'Confirm e-mail address',
    closing: [
      'Only that very password works here: each sign-up has a link of its own.',
      'If it was not you, do nothing: no account is made.',
    ],
  },
  passwordChanged: {
    subject: (site: string) => `Your password at ${site} has been changed`,
    paragraphs: (site: string) => [
      `The password of your account at ${site} has just been changed, and every other session has ended.`,
      'If it was you, all is well. If it was not, choose a new password at once:',
    ],
    link: 'Choose a new password',
    closing: [],
  },
  factorsTakenAway: {
    subject: (site: string) => `Ways to sign in have been removed at ${site}`,
    paragraphs: (site: string) => [
      `This address has just been confirmed for an account at ${site}. The passkeys, apps and sign-ins of other services that were set up before that have been removed, since anybody could have set them up, and every session has ended.`,
      'If they were yours, sign in and set them up anew. If it was not you who signed up, choose a new password first:',
    ],
    link: 'Choose a new password',
    closing: [],
  },
};
