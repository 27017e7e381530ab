import { problemKinds } from '../../base/problem-kind.ts';
import type { TokenKind } from '../../tokens/token-kind.ts';
import type { Flow } from '../flow.ts';
import { callbackProblems } from '../shared/providers/callback-problems.ts';

/** In seconds; for what nothing but a right password or a reset is to end. */
const tenYears = 10 * 365 * 24 * 60 * 60;

/** A code that is mailed. Short: OWASP ASVS 6.5.5. */
export const emailCode: TokenKind = {
  purpose: 'email_code',
  lifetimeMs: 10 * 60 * 1000,
  used: 'somebody has signed in by it. Ask for another one.',
};

export const signIn = {
  name: 'sign-in',
  tag: 'Signing in',
  description: 'Sign up, in and out, and know who is calling.',
  events: ['sign_in', 'sign_in_failed', 'sign_out', 'provider_logout'],
  problems: problemKinds({
    invalid_logout_token: {
      status: 400,
      title: 'The logout token is not right',
      meaning:
        'It is not signed by this provider, not for us, about neither a user nor a session, too old, or was used before. Which of these it is, is in the log.',
    },
  }),
  notices: ['signed_out', ...callbackProblems],
  // An account is nobody's to share, so the factor leaves its limits alone (NIST SP 800-63B-4, 3.2.2: at most 100 in a row).
  limits: {
    pair: { name: 'sign-in', limit: 5, windowSeconds: 15 * 60 },
    // In a row, however long that takes: it ends by a right password before the lock, or by what opens the lock.
    account: {
      name: 'sign-in-account',
      limit: 100,
      windowSeconds: tenYears,
      locks: true,
      detail:
        'Too many failed attempts in a row: signing in to this account is locked. Set a new password by e-mail to open it.',
    },
    network: { name: 'sign-in-network', limit: 100, windowSeconds: 60 * 60, perNetwork: true },
    device: { name: 'sign-in-device', limit: 10, windowSeconds: 60 * 60 },
    outdatedDevices: { name: 'sign-in-outdated-devices', limit: 100, windowSeconds: tenYears },
    // Looks at what one request for a code may be answered by, for as long as the code lives.
    emailCode: { name: 'email-code', limit: 5, windowSeconds: emailCode.lifetimeMs / 1000 },
    emailCodeAddress: { name: 'email-code-address', limit: 3, windowSeconds: 60 * 60 },
    emailCodeNetwork: {
      name: 'email-code-network',
      limit: 20,
      windowSeconds: 60 * 60,
      perNetwork: true,
    },
  },
  tokens: [emailCode],
} as const satisfies Flow;
