import type { Flow } from '../flow.ts';

/** What more than one flow has. */
export const shared = {
  name: 'shared',
  limits: {
    mailAddress: { name: 'mail-address', limit: 3, windowSeconds: 60 * 60 },
    mailNetwork: { name: 'mail-network', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    // Sign-ups and changes of address, so that nobody floods a stranger: no one told us that it is theirs.
    mailUnconfirmed: { name: 'mail-unconfirmed', limit: 10, windowSeconds: 60 * 60 },
    token: { name: 'token', limit: 20, windowSeconds: 60 * 60, perNetwork: true },
    currentPassword: { name: 'current-password', limit: 10, windowSeconds: 15 * 60 },
  },
} as const satisfies Flow;
