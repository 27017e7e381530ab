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

export const notices = {
  reauthenticated: 'You have shown who you are. Go on with what you wanted to do.',
  totp_added: 'The authenticator app is added. Signing in asks for its codes from now on.',
  totp_removed: 'The authenticator app is removed, and every other session has ended.',
  passkey_added: 'The passkey is added.',
  passkey_renamed: 'The name is saved.',
  passkey_removed: 'The passkey is removed, and every other session has ended.',
  password_removed: 'The password is removed, and every other session has ended.',
  provider_linked: 'The sign-in is linked. You can sign in by it from now on.',
  provider_unlinked: 'The sign-in is unlinked, and every other session has ended.',
};
