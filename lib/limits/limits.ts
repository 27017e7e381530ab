import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Mongo } from '../mongo/client.ts';
import { type Count, createCounters, type Rule } from './counters.ts';
import { networkAddress } from './network-address.ts';
import { rateLimited } from './rate-limited.ts';
import { rulesOf } from './rules.ts';

/** An attempt that was let in. Say how it went; one of which nothing is said counts as failed. */
export interface Attempt {
  /** @throws {Problem} 429 `rate_limited` where others have meanwhile used up the limit: answer that instead. */
  failed(): Promise<void>;
  /** @throws {Problem} 429 `rate_limited` where others have meanwhile used up the limit: it did not succeed. */
  succeeded(): Promise<void>;
}

/** A caller's network address as Express gives it; undefined where the event has none. */
type Ip = string | undefined;

/**
 * The limits on guessing and flooding, counted over all instances.
 *
 * Each function throws {Problem} 429 `rate_limited` over its limit, and 503 `unavailable` where the counters are
 * out of reach: without them nothing is let in.
 */
export interface Limits {
  /**
   * Asks to check a password at sign-in, before anything costly is done; two commands.
   *
   * @param emailKey of an account, known or not.
   */
  signIn(emailKey: string, ip: Ip): Promise<Attempt>;
  /** Counts a sign-up. */
  signUp(ip: Ip): Promise<void>;
  /**
   * Counts a request for a mail (forgot, resend).
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
  /** Asks to check the current password of somebody who is signed in. */
  currentPassword(userId: string): Promise<Attempt>;
  /**
   * Forgets an account's failed sign-ins, a lock with them. Only for who has shown that the address is theirs:
   * after a reset, and when an account is new.
   */
  unlock(emailKey: string): Promise<void>;
  /** Forgets all that is counted about a user, when the account is deleted. */
  forget(user: { userId: string; emailKey: string }): Promise<void>;
}

/** Wires the limits of the product; `RATE_LIMIT_FACTOR` multiplies those per network address. */
export function createLimits({
  config,
  mongo,
}: {
  config: Pick<Config, 'rateLimitFactor'>;
  mongo: Mongo;
}): Limits {
  const counters = createCounters(mongo);
  const rules = rulesOf(config.rateLimitFactor);

  /** Counts one more; throws over the limit. */
  async function count(rule: Rule, id: string): Promise<void> {
    const counted = await counters.add(rule, id);
    if (counted.count > rule.limit) throw refusal(rule, counted);
  }

  /** Throws where one of the limits is used up. */
  async function refuseReached(...limited: [rule: Rule, id: string][]): Promise<void> {
    const counts = await counters.read(limited.map(([, id]) => id));
    for (const [at, [rule]] of limited.entries()) {
      const counted = counts[at];
      if (counted && counted.count >= rule.limit) throw refusal(rule, counted);
    }
  }

  function refusal(rule: Rule, counted: Count) {
    return rateLimited(rule, counted, rule === rules.account ? locked : undefined);
  }

  async function signIn(emailKey: string, ip: Ip): Promise<Attempt> {
    const network = idOf('network', networkAddress(ip));
    const account = accountId(emailKey);
    const pair = `${account}:${network}`;
    await refuseReached([rules.account, account], [rules.network, network], [rules.pair, pair]);
    // Counted before the password is looked at, so that of many guesses at once no more are answered.
    await count(rules.pair, pair);
    return {
      failed: async () => {
        await allDone([count(rules.account, account), count(rules.network, network)]);
      },
      succeeded: async () => {
        await refuseReached([rules.account, account], [rules.network, network]);
        await counters.remove([pair, account]);
      },
    };
  }

  async function mail(emailKey: string, ip: Ip): Promise<boolean> {
    await count(rules.mailNetwork, idOf('mail-network', networkAddress(ip)));
    const counted = await counters.add(rules.mailAddress, mailId(emailKey));
    return counted.count <= rules.mailAddress.limit;
  }

  async function token(ip: Ip): Promise<Attempt> {
    const network = idOf('token', networkAddress(ip));
    await refuseReached([rules.token, network]);
    return { failed: () => count(rules.token, network), succeeded: async () => undefined };
  }

  async function currentPassword(userId: string): Promise<Attempt> {
    const user = passwordId(userId);
    await count(rules.currentPassword, user);
    return { failed: async () => undefined, succeeded: () => counters.remove([user]) };
  }

  return {
    signIn,
    signUp: (ip) => count(rules.signUp, idOf('sign-up', networkAddress(ip))),
    mail,
    mailUnconfirmed: async (emailKey) => {
      const counted = await counters.add(rules.mailUnconfirmed, unconfirmedId(emailKey));
      return counted.count <= rules.mailUnconfirmed.limit;
    },
    token,
    currentPassword,
    unlock: (emailKey) => counters.removeFamily(accountId(emailKey)),
    forget: async ({ userId, emailKey }) => {
      await counters.removeFamily(accountId(emailKey));
      await counters.remove([mailId(emailKey), unconfirmedId(emailKey), passwordId(userId)]);
    },
  };
}

/** Waits for all, also where one fails: what is still under way when the answer leaves would freeze with the instance. */
async function allDone(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

const locked =
  'Too many failed attempts in a row: signing in to this account is locked. Set a new password by e-mail to open it.';

const accountId = (emailKey: string) => idOf('account', emailKey);
const mailId = (emailKey: string) => idOf('mail', emailKey);
const unconfirmedId = (emailKey: string) => idOf('mail-unconfirmed', emailKey);
const passwordId = (userId: string) => idOf('password', userId);

/**
 * A counter's id: what it counts, and the SHA-256 of whom.
 *
 * So no address that somebody typed stands in the database. No secret goes in: it would have to outlive every
 * rotation, or a lock would end with it.
 */
function idOf(subject: string, key: string): string {
  const hash = createHash('sha256').update(`session-auth limit\0${subject}\0${key}`).digest('base64url');
  return `${subject}:${hash}`;
}
