import type { Config } from '../base/config.ts';
import { networkAddress, siteAddress } from '../base/network-address.ts';
import type { CounterRecords } from '../store/contract.ts';
import type { Attempt, SignInDevice } from './attempt.ts';
import { accountId, counterId, factorId, passwordId } from './counter-id.ts';
import { createCounters } from './counters.ts';
import { createEmailCodeLimits, type EmailCodeLimits } from './email-code-limits.ts';
import { createGate } from './gate.ts';
import { multiplied, type Rules } from './rule.ts';
import { createSecretLimits, type SecretLimits } from './secret-limits.ts';
import { createSignInLimits } from './sign-in-limits.ts';

/** A caller's network address as Express gives it; undefined where the event has none. */
type Ip = string | undefined;

/**
 * The limits on guessing and flooding, counted over all instances.
 *
 * Each function throws {Problem} 429 `rate_limited` over its limit, and 503 `unavailable` where the counters are
 * out of reach: without them nothing is let in.
 */
export interface Limits extends SecretLimits {
  /**
   * Asks to check a password at sign-in, before anything costly is done; two commands.
   *
   * @param emailKey of an account, known or not.
   * @param device that this account has signed in from: then its own counter decides, and no other.
   */
  signIn(emailKey: string, ip: Ip, device?: SignInDevice): Promise<Attempt>;
  /**
   * Asks to look at a passkey at sign-in: nobody guesses one, so that the network address alone is counted. A lock of
   * the account, which is about guesses at its password, neither keeps it out nor ends by it.
   */
  passkey(ip: Ip): Promise<Attempt>;
  /** The same of what a provider sends: each look at it asks the provider. */
  provider(ip: Ip): Promise<Attempt>;
  readonly emailCodes: EmailCodeLimits;
  /** Counts a sign-up. */
  signUp(ip: Ip): Promise<void>;
  /**
   * Counts a forgotten password. A locked account's is mailed over the limit too, once in ten minutes: it is what
   * opens the lock, and nobody is to use it up for its owner.
   *
   * @returns false where this e-mail address has had its mails: answer as ever, and send none.
   */
  forgot(emailKey: string, ip: Ip): Promise<boolean>;
  /**
   * Counts another request for a mail (resend).
   *
   * @returns false where this e-mail address has had its mails: answer as ever, and send none.
   */
  mail(emailKey: string, ip: Ip): Promise<boolean>;
  /**
   * Counts a mail to an address that somebody typed and nobody has confirmed.
   *
   * @returns false where this address has had its mails: answer as ever, and send none.
   */
  mailUnconfirmed(emailKey: string): Promise<boolean>;
  /** Asks to look at a one-time token; only failed attempts count. */
  token(ip: Ip): Promise<Attempt>;
  /** Counts a change of address that is asked for. */
  changeEmail(userId: string, ip: Ip): Promise<void>;
  /** Whether sign-in is locked for an account by those who guessed at it. */
  isLocked(emailKey: string): Promise<boolean>;
  /**
   * Forgets an account's failed sign-ins, a lock with them. Only for who has shown that the account or the address
   * is theirs, and for administrators: after a reset, a change of password or of the address, and when an account is new.
   */
  unlock(emailKey: string): Promise<void>;
  /** Whether sign-in, or the second factor of it, is locked for an account by those who guessed at it. */
  isLockedOut(account: { userId: string; emailKey: string }): Promise<boolean>;
  /** Forgets what has locked sign-in and its second factor. For administrators: a session that waits has its tries still. */
  openLocks(account: { userId: string; emailKey: string }): Promise<void>;
  /**
   * Forgets what is counted about a user, when the account is deleted; not the mails that its address had, or
   * leaving and signing up again would send more to whoever reads them.
   */
  forget(user: { userId: string; emailKey: string }): Promise<void>;
}

export interface LimitsOptions {
  config: Pick<Config, 'rateLimitFactor'>;
  store: { counters: CounterRecords };
  /** As the flows declare them. */
  rules: Rules;
}

/** Wires the limits of the product; `RATE_LIMIT_FACTOR` multiplies those per network address. */
export function createLimits(options: LimitsOptions): Limits {
  const counters = createCounters(options.store);
  const rules = multiplied(options.rules, options.config.rateLimitFactor);
  const gate = createGate(counters);
  const { count, untilFailed } = gate;

  async function signUp(ip: Ip): Promise<void> {
    await count(rules.signUp, counterId('sign-up', networkAddress(ip)));
    // What its own network has refused counts no further: one alone does not use up its neighbours'.
    const site = siteAddress(ip);
    if (site !== undefined) await count(rules.signUpSite, counterId('sign-up-site', site));
  }

  async function mail(emailKey: string, ip: Ip): Promise<boolean> {
    await count(rules.mailNetwork, counterId('mail-network', networkAddress(ip)));
    const counted = await counters.add(rules.mailAddress, counterId('mail', emailKey));
    return counted.count <= rules.mailAddress.limit;
  }

  async function isLocked(emailKey: string): Promise<boolean> {
    const [failures] = await counters.read([accountId(emailKey)]);
    return failures !== undefined && failures.count >= rules.account.limit;
  }

  async function isLockedOut({ userId, emailKey }: { userId: string; emailKey: string }): Promise<boolean> {
    const [failures, codes] = await counters.read([accountId(emailKey), factorId(userId)]);
    return (failures?.count ?? 0) >= rules.account.limit || (codes?.count ?? 0) >= rules.secondFactor.limit;
  }

  async function forgot(emailKey: string, ip: Ip): Promise<boolean> {
    if (await mail(emailKey, ip)) return true;
    if (!(await isLocked(emailKey))) return false;
    const counted = await counters.add(rules.mailLocked, counterId('mail-locked', emailKey));
    return counted.count <= rules.mailLocked.limit;
  }

  const ofNetwork = (ip: Ip) => untilFailed(rules.network, counterId('network', networkAddress(ip)));

  async function changeEmail(userId: string, ip: Ip): Promise<void> {
    await count(rules.changeEmailNetwork, counterId('change-email-network', networkAddress(ip)));
    await count(rules.changeEmail, changeEmailId(userId));
  }

  const parts = { counters, gate, rules };
  return {
    ...createSecretLimits(parts),
    signIn: createSignInLimits(parts),
    passkey: ofNetwork,
    provider: ofNetwork,
    emailCodes: createEmailCodeLimits(parts),
    signUp,
    forgot,
    mail,
    mailUnconfirmed: async (emailKey) => {
      const counted = await counters.add(rules.mailUnconfirmed, counterId('mail-unconfirmed', emailKey));
      return counted.count <= rules.mailUnconfirmed.limit;
    },
    token: (ip) => untilFailed(rules.token, counterId('token', networkAddress(ip))),
    changeEmail,
    isLocked,
    unlock: (emailKey) => counters.removeFamily(accountId(emailKey)),
    isLockedOut,
    openLocks: async ({ userId, emailKey }) => {
      await counters.removeFamily(accountId(emailKey));
      await counters.remove([factorId(userId)]);
    },
    forget: async ({ userId, emailKey }) => {
      await counters.removeFamily(accountId(emailKey));
      await counters.removeFamily(passwordId(userId));
      await counters.removeFamily(factorId(userId));
      await counters.remove([changeEmailId(userId)]);
    },
  };
}

const changeEmailId = (userId: string) => counterId('change-email', userId);
