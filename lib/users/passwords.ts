import { createHmac } from 'node:crypto';
import bcrypt from 'bcryptjs';
import pLimit from 'p-limit';

/** Hashing and checking of passwords; one at a time on an instance, so that none starves the others. */
export interface Passwords {
  /** A string that holds scheme, pepper mark, cost, salt and hash. */
  hash(password: string): Promise<string>;
  /** `outdated` says that the hash has another cost or pepper than today's and wants to be made anew. */
  verify(password: string, stored: string): Promise<{ matches: boolean; outdated: boolean }>;
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
  const mark = pepperMark(pepper);
  const nobodysHash = `$2b$${String(cost).padStart(2, '0')}$${nobody}`;

  const digest = (password: string, withPepper: string | undefined) =>
    createHmac('sha384', withPepper ?? '')
      .update(password.normalize('NFC'), 'utf8')
      .digest('base64');
  const compare = (password: string, withPepper: string | undefined, hash: string) =>
    oneAtATime(() => bcrypt.compare(digest(password, withPepper), hash));

  return {
    hash: async (password) => {
      const hash = await oneAtATime(() => bcrypt.hash(digest(password, pepper), cost));
      return [scheme, mark, hash].join(':');
    },
    verify: async (password, stored) => {
      const [storedScheme, storedMark, hash] = stored.split(':');
      const known = storedScheme === scheme && (storedMark === mark || storedMark === noPepper);
      if (!known || !hash) {
        await compare(password, pepper, nobodysHash);
        return { matches: false, outdated: false };
      }
      const matches = await compare(password, storedMark === noPepper ? undefined : pepper, hash);
      return { matches, outdated: storedMark !== mark || bcrypt.getRounds(hash) !== cost };
    },
    verifyNothing: async (password) => {
      await compare(password, pepper, nobodysHash);
      return false;
    },
  };
}

const noPepper = 'plain';

/** 22 salt and 31 hash characters in bcrypt's alphabet: well formed, made from no password. */
const nobody = `${'N0b0dy'.repeat(4).slice(0, 21)}u${'.'.repeat(31)}`;

/** Tells peppers apart without telling anything about them: 48 bits of an HMAC under the pepper. */
function pepperMark(pepper: string | undefined): string {
  if (!pepper) return noPepper;
  return createHmac('sha256', pepper).update('session-auth pepper mark').digest('base64url').slice(0, 8);
}
