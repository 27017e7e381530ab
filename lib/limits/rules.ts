import type { Rule } from './counters.ts';

const minutes = 60;
const hours = 60 * minutes;
const years = 365 * 24 * hours;

export type Rules = Readonly<
  Record<
    | 'pair'
    | 'account'
    | 'network'
    | 'device'
    | 'outdatedDevices'
    | 'signUp'
    | 'signUpSite'
    | 'mailAddress'
    | 'mailNetwork'
    | 'mailLocked'
    | 'mailUnconfirmed'
    | 'changeEmail'
    | 'changeEmailNetwork'
    | 'token'
    | 'currentPassword',
    Rule
  >
>;

/**
 * Every limit of the product. The factor multiplies those that people who share a network address share; an
 * account is nobody's to share, so those of an account stay (NIST SP 800-63B-4, 3.2.2: at most 100 in a row).
 */
export function rulesOf(factor: number): Rules {
  const perNetwork = (limit: number) => Math.max(1, Math.round(limit * factor));
  return {
    pair: { name: 'sign-in', limit: 5, windowSeconds: 15 * minutes },
    // In a row, however long that takes: it ends by a right password before the lock, or by what opens the lock.
    account: { name: 'sign-in-account', limit: 100, windowSeconds: 10 * years },
    network: { name: 'sign-in-network', limit: perNetwork(100), windowSeconds: hours },
    device: { name: 'sign-in-device', limit: 10, windowSeconds: hours },
    outdatedDevices: { name: 'sign-in-outdated-devices', limit: 100, windowSeconds: 10 * years },
    signUp: { name: 'sign-up', limit: perNetwork(20), windowSeconds: hours },
    signUpSite: { name: 'sign-up-site', limit: perNetwork(80), windowSeconds: hours },
    mailAddress: { name: 'mail-address', limit: 3, windowSeconds: hours },
    mailNetwork: { name: 'mail-network', limit: perNetwork(20), windowSeconds: hours },
    mailLocked: { name: 'mail-locked', limit: 1, windowSeconds: 10 * minutes },
    // Sign-ups and changes of address, so that nobody floods a stranger: no one told us that it is theirs.
    mailUnconfirmed: { name: 'mail-unconfirmed', limit: 10, windowSeconds: hours },
    changeEmail: { name: 'change-email', limit: 10, windowSeconds: 24 * hours },
    changeEmailNetwork: { name: 'change-email-network', limit: perNetwork(20), windowSeconds: hours },
    token: { name: 'token', limit: perNetwork(20), windowSeconds: hours },
    currentPassword: { name: 'current-password', limit: 10, windowSeconds: 15 * minutes },
  };
}
