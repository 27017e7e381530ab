import { lifetimeOf } from '../../../../tokens/token-kind.ts';
import { emailCode } from '../../manifest.ts';

const lifetime = lifetimeOf(emailCode, 'en');

export const pages = {
  ask: {
    title: 'Sign in with a mailed code',
    lead: 'Tell us your e-mail address, and we send you a code to sign in with. You need no password.',
    submit: 'Mail me a code',
  },
  enter: {
    title: 'Enter the code',
    lead: (email: string) =>
      `If ${email} has an account, a mail with a code is on its way. It works for ${lifetime}, in this browser alone.`,
    code: 'Code',
    hint: 'The eight digits of the mail, with the space or without.',
    submit: 'Sign in',
    again: 'Mail me another code',
    notYours: 'Not your address? {another}',
    another: 'Use another one',
  },
  back: 'Back to signing in',
};

export const letters = {
  emailCode: {
    subject: (site: string) => `Your code to sign in at ${site}`,
    paragraphs: (site: string) => [
      `Somebody, probably you, asked for a code to sign in at ${site}. Type it within ${lifetime}, in the browser that asked for it:`,
    ],
    closing: [
      'It works once, and nowhere else. Give it to nobody, whoever asks you for it.',
      'If it was not you, do nothing: without this code nobody gets in by it.',
    ],
  },
  passwordTakenAway: {
    subject: (site: string) => `The password has been removed at ${site}`,
    paragraphs: (site: string) => [
      `This address has just been confirmed for an account at ${site}, by a code from a mail. The password that was set before that has been removed, since anybody could have set it, and every session before has ended.`,
      'You sign in by mailed codes from now on. If you want a password, choose a new one:',
    ],
    link: 'Choose a new password',
    closing: [],
  },
};
