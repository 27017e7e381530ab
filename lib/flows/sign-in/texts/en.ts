export const events = {
  sign_in: 'Signed in',
  sign_in_failed: 'Failed attempt to sign in',
  sign_out: 'Signed out',
  provider_logout: 'Sessions ended, since you signed out at the provider that they came by',
};

export const notices = { signed_out: 'You are signed out.' };
