import type { Flow } from '../flow.ts';

/** In seconds; for what nothing but a right password or a reset is to end. */
const tenYears = 10 * 365 * 24 * 60 * 60;

export const signIn = {
  name: 'sign-in',
  tag: 'Signing in',
  description: 'Sign up, in and out, and know who is calling.',
  events: {
    sign_in: 'Signed in',
    sign_in_failed: 'Failed attempt to sign in',
    sign_out: 'Signed out',
  },
  notices: { signed_out: 'You are signed out.' },
  // An account is nobody's to share, so the factor leaves its limits alone (NIST SP 800-63B-4, 3.2.2: at most 100 in a row).
  limits: {
    pair: { name: 'sign-in', limit: 5, windowSeconds: 15 * 60 },
    // In a row, however long that takes: it ends by a right password before the lock, or by what opens the lock.
    account: {
      name: 'sign-in-account',
      limit: 100,
      windowSeconds: tenYears,
      detail:
        'Too many failed attempts in a row: signing in to this account is locked. Set a new password by e-mail to open it.',
    },
    network: { name: 'sign-in-network', limit: 100, windowSeconds: 60 * 60, perNetwork: true },
    device: { name: 'sign-in-device', limit: 10, windowSeconds: 60 * 60 },
    outdatedDevices: { name: 'sign-in-outdated-devices', limit: 100, windowSeconds: tenYears },
  },
} as const satisfies Flow;
