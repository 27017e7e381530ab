import type { Flow } from '../flow.ts';

export const secondFactor = {
  name: 'second-factor',
  tag: 'Second factors',
  description: 'Something to show beside the password: codes of an authenticator app, and recovery codes.',
  events: {
    second_factor_failed: 'Wrong second factor shown, after the right password',
    reauthenticated: 'Shown anew who you are',
    totp_added: 'Authenticator app added',
    totp_removed: 'Authenticator app removed',
    recovery_codes_made: 'New recovery codes made',
    recovery_code_used: 'Recovery code used',
  },
  notices: {
    reauthenticated: 'You have shown who you are. Go on with what you wanted to do.',
    totp_added: 'The authenticator app is added. Signing in asks for its codes from now on.',
    totp_removed: 'The authenticator app is removed, and every other session has ended.',
  },
} as const satisfies Flow;
