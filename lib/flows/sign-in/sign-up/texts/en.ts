export const events = { sign_up: 'Account created' };

export const notices = {
  signed_up: 'Your account is ready. We have sent you a mail: follow its link to confirm your address.',
  check_mail:
    'Almost done. If this address can be signed up, a mail is on its way: follow its link, and enter the password that you have just chosen.',
};

export const pages = {
  title: 'Create account',
  confirmFirst:
    'We send you a mail. Its link asks for the password that you choose here; then you can sign in.',
  name: 'Name',
  submit: 'Create account',
  isKnown: 'You have an account? {signIn}',
  signIn: 'Sign in',
};

export const letters = {
  accountExists: {
    subject: (site: string) => `You already have an account at ${site}`,
    paragraphs: (site: string) => [
      `Somebody, probably you, tried to sign up at ${site} with this address. It already has an account, and nothing about it has changed.`,
      'Sign in with the password that you have, or choose a new one there if you have forgotten it:',
    ],
    link: 'Sign in',
    closing: ['If it was not you, you need not do anything.'],
  },
};
