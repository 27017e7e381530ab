import { createHmac } from 'node:crypto';
import bcrypt from 'bcryptjs';
import pLimit from 'p-limit';
import { inSpan } from '../base/trace.ts';
import { foreignScheme, isBcryptHash } from './foreign-hash.ts';

/** Hashing and checking of passwords; one at a time on an instance, so that none starves the others. */
export interface Passwords {
  /** A string that holds scheme, pepper mark, cost, salt and hash. */
  hash(password: string): Promise<string>;
  /**
   * `outdated` says that the hash has another cost or pepper than today's and wants to be made anew.
   *
   * A wrong password takes no less time than {@link Passwords.verifyNothing}, also where the hash is of a lower
   * cost. What is no hash of ours, or of a pepper that is not ours, matches nothing.
   *
   * @param stored undefined where there is no password: nothing matches, in the same time.
   */
  verify(password: string, stored: string | undefined): Promise<{ matches: boolean; outdated: boolean }>;
  /** Spends the time of a check, for accounts that do not exist. Resolves to false. */
  verifyNothing(password: string): Promise<false>;
}

const scheme = 'hmac-sha384';

/**
 * Passwords as `base64(HMAC-SHA-384(NFC(password), pepper))` under bcrypt.
 *
 * bcrypt reads 72 bytes; the HMAC is 64 characters, so that nothing of a long password is cut off
 * (OWASP Password Storage Cheat Sheet, "pre-hashing" and "peppering"; Unicode: NIST SP 800-63B-4, 3.1.1.2).
 *
 * @param cost log2 of bcrypt's rounds.
 * @param pepper secret mixed into every hash; its mark in the hash tells which one was used.
 */
export function createPasswords({ cost, pepper }: { cost: number; pepper: string | undefined }): Passwords {
  const oneAtATime = pLimit(1);
  // The wait for one's turn is no part of it.
  const hashing = <T>(work: () => Promise<T>) => oneAtATime(() => inSpan('password.hash', work));
  const mark = pepperMark(pepper);
  const digest = (password: string, withPepper: string | undefined) =>
    createHmac('sha384', withPepper ?? '')
      .update(password.normalize('NFC'), 'utf8')
      .digest('base64');
  const compare = (password: string, withPepper: string | undefined, hash: string) =>
    hashing(() => bcrypt.compare(digest(password, withPepper), hash));
  const spend = (password: string, rounds: number) => compare(password, pepper, nobodysHash(rounds));

  return {
    hash: async (password) => {
      const hash = await hashing(() => bcrypt.hash(digest(password, pepper), cost));
      return [scheme, mark, hash].join(':');
    },
    verify: async (password, stored = '') => {
      const [storedScheme, storedMark, hash = ''] = stored.split(':');
      const isForeign = storedScheme === foreignScheme;
      const isOurs = storedScheme === scheme && (storedMark === mark || storedMark === noPepper);
      if (!(isForeign || isOurs) || !isBcryptHash(hash)) {
        await spend(password, cost);
        return { matches: false, outdated: false };
      }
      const matches = isForeign
        ? await hashing(() => bcrypt.compare(password, hash))
        : await compare(password, storedMark === noPepper ? undefined : pepper, hash);
      const storedCost = bcrypt.getRounds(hash);
      // 2^n and 2^n + 2^(n+1) + ... + 2^(m-1) make 2^m: the work of today's cost, whatever the hash's.
      if (!matches) for (let rounds = storedCost; rounds < cost; rounds++) await spend(password, rounds);
      return { matches, outdated: isForeign || storedMark !== mark || storedCost !== cost };
    },
    verifyNothing: async (password) => {
      await spend(password, cost);
      return false;
    },
  };
}

const noPepper = 'plain';

/** A well-formed hash, made from no password: 22 characters of salt, 31 of hash. */
function nobodysHash(rounds: number): string {
  return `$2b$${String(rounds).padStart(2, '0')}$${'N0b0dy'.repeat(4).slice(0, 21)}u${'.'.repeat(31)}`;
}

/** Tells peppers apart without telling anything about them: 48 bits of an HMAC under the pepper. */
function pepperMark(pepper: string | undefined): string {
  if (!pepper) return noPepper;
  return createHmac('sha256', pepper).update('session-auth pepper mark').digest('base64url').slice(0, 8);
}
