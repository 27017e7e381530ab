/** Around every page. */
export const frame = {
  skip: 'Skip to content',
  account: 'Account',
  signIn: 'Sign in',
  signUp: 'Create account',
  settings: 'Settings',
  devices: 'Devices',
  activity: 'Activity',
  administration: 'Administration',
  signOut: 'Sign out',
  developers: 'For developers',
  outbox: 'Mails of this stage',
};

export const forms = {
  problem: 'There is a problem',
  optional: '(optional)',
  show: 'Show',
  /** A title of a page that has come back. */
  error: (title: string) => `Error: ${title}`,
};

export const errors = {
  status: (status: number) => `Error ${status}`,
  request: 'If you ask for help, name this request: {id}',
  start: 'Go to the start page',
  signIn: 'Sign in',
  toSignIn: 'Go to sign-in',
  cookiesAsked:
    'Your browser has been asked to delete them. If this page comes back, do it by hand, in the settings of your browser, among privacy or site data: look for the name of this site, and delete its cookies.',
  cookiesTooMany:
    'Your browser sends more cookies than can be read, most of them from other pages of this domain. Delete them here, or by hand, in the settings of your browser, among privacy or site data: look for the name of this site, and delete its cookies. You are signed out then.',
  deleteCookies: 'Delete the cookies of this site',
};
