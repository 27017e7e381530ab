export const events = {
  sign_in: 'Signed in',
  sign_in_failed: 'Failed attempt to sign in',
  sign_out: 'Signed out',
  provider_logout: 'Sessions ended, since you signed out at the provider that they came by',
};

export const notices = { signed_out: 'You are signed out.' };

export const pages = {
  welcome: {
    title: 'Welcome',
    heading: 'Your account, in your hands',
    lead: 'Create an account or sign in. You see every device that is signed in and end any of them at once, wherever it is.',
    signUp: 'Create account',
    signIn: 'Sign in',
  },
  home: {
    title: 'Home',
    hello: (name: string) => `Hello, ${name}`,
    signedInAs: (email: string) => `You are signed in as ${email}.`,
    signedIn: 'You are signed in.',
    settings: { title: 'Settings', text: 'Your name, e-mail address and password.' },
    security: { title: 'Security', text: 'Passkeys, a second factor, and recovery codes.' },
    devices: { title: 'Devices', text: 'Where you are signed in, and how to end it.' },
    activity: { title: 'Activity', text: 'What has happened on your account.' },
    signOut: 'Sign out',
  },
  /** The box of those ways in that can be told so. */
  forget: {
    label: 'Sign me out when I close the browser',
    hint: 'For a computer that others use too. You are signed out after 12 hours at the latest.',
  },
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    byPasskey: 'Sign in with a passkey',
    byCode: 'Mail me a code instead',
    forgotten: 'Forgot your password?',
    noMail: 'No mail to confirm your address? {again}',
    again: 'Have it sent again',
    isNew: 'New here? {signUp}',
    signUp: 'Create an account',
  },
};
