export const events = {
  second_factor_failed: 'Wrong second factor shown, after the right password',
  reauthenticated: 'Shown anew who you are',
  totp_added: 'Authenticator app added',
  totp_removed: 'Authenticator app removed',
  recovery_codes_made: 'New recovery codes made',
  recovery_code_used: 'Recovery code used',
  passkey_added: 'Passkey added',
  passkey_renamed: 'Passkey renamed',
  passkey_removed: 'Passkey removed',
  passkey_refused: 'Passkey refused, since there may be a copy of it',
  password_removed: 'Password removed',
  provider_linked: 'Sign-in of another service linked',
  provider_unlinked: 'Sign-in of another service unlinked',
  factors_taken_away: 'Ways in taken away that were there before the address was confirmed',
};

export const letters = {
  changes: {
    totp_added: {
      subject: (site: string) => `An authenticator app has been added at ${site}`,
      happened: 'An authenticator app has just been added. Signing in asks for its codes from now on.',
    },
    totp_removed: {
      subject: (site: string) => `The authenticator app has been removed at ${site}`,
      happened: 'The authenticator app has just been removed, and every other session has ended.',
    },
    recovery_codes_made: {
      subject: (site: string) => `New recovery codes have been made at ${site}`,
      happened: 'New recovery codes have just been made. The ones before do not work any more.',
    },
    recovery_code_used: {
      subject: (site: string) => `A recovery code has been used at ${site}`,
      happened: 'One of your recovery codes has just been used to sign in. It does not work again.',
    },
    passkey_added: {
      subject: (site: string) => `A passkey has been added at ${site}`,
      happened: 'A passkey has just been added. It signs in by itself, and is asked for after the password.',
    },
    passkey_removed: {
      subject: (site: string) => `A passkey has been removed at ${site}`,
      happened: 'A passkey has just been removed, and every other session has ended.',
    },
    password_removed: {
      subject: (site: string) => `The password has been removed at ${site}`,
      happened: 'The password has just been removed, and every other session has ended.',
    },
    provider_linked: {
      subject: (site: string) => `Another way to sign in has been added at ${site}`,
      happened: 'A sign-in of another service has just been linked. It signs in to your account from now on.',
    },
    provider_unlinked: {
      subject: (site: string) => `A way to sign in has been removed at ${site}`,
      happened: 'A sign-in of another service has just been unlinked, and every other session has ended.',
    },
  },
  about: (site: string) => `This is about your account at ${site}.`,
  /** By how many recovery codes are left. */
  left: [
    'None is left. Make new ones in your settings.',
    'One is left. Make new ones in your settings.',
    'Two are left. Make new ones in your settings.',
  ],
  wasItYou: 'If it was you, all is well. If it was not, choose a new password at once:',
  link: 'Choose a new password',
  stays: 'A new password does not remove it. Ask those who run the service to do that.',
};
