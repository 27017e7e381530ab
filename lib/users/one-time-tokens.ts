import { createHash, randomBytes } from 'node:crypto';
import type { Collection } from 'mongodb';
import type { Limit, Mongo } from '../mongo/client.ts';
import { duplicateKey } from '../mongo/errors.ts';
import { Problem } from '../problem.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

/** What a token may be spent on, and for how long. Reset is short: NIST SP 800-63B-4, 3.1.3.2; ASVS 6.5.5. */
const lifetimesMs = {
  verify_email: 24 * hourMs,
  change_email: 24 * hourMs,
  reset_password: 10 * minuteMs,
  undo_email: 72 * hourMs,
} as const;

export type TokenPurpose = keyof typeof lifetimesMs;

/** What a token is about, for whoever spends it; no secret. */
export interface TokenData {
  /** Verification: the address that is confirmed. Undo: the one that comes back. Change: the new one. */
  email: string;
  /** The account's count of credential changes when the token was made. */
  credentialsVersion?: number;
  /** The closed sign-up that a verification is for. */
  signUpId?: string | null;
}

/** A token as its owner may see it. */
export interface StoredToken {
  readonly purpose: TokenPurpose;
  readonly userId: string;
  readonly data: TokenData;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

interface TokenDocument extends StoredToken {
  /** Purpose and user, so that a newer token takes the place of the older. */
  _id: string;
  /** SHA-256 of the token. Unique. */
  tokenHash: string;
  /** Nobody else spends it until then. */
  claimedUntil: Date;
  claimedBy: string | null;
}

export const tokensCollection = 'tokens';

/** A request that has claimed a token lasts no longer; where it has died, the token is whole again after this. */
const claimMs = 15_000;
const never = new Date(0);

/** Tokens of 256 random bits that work once; the database holds only their SHA-256 (OWASP ASVS 6.5.2, 11.5.1). */
export interface OneTimeTokens {
  /**
   * Makes a token; it ends the older one of that purpose and user (of an undo: and that address).
   *
   * @returns the token itself, which exists nowhere else.
   */
  issue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string>;
  /**
   * Spends a token on `work`: of many at once, one gets it. Where `work` throws, the token is as good as before, and
   * where the process dies, it is after 15 seconds; so `work` must do nothing if it has been done.
   *
   * @returns null where there is no such token, or it has expired, been replaced or spent.
   */
  spend<T>(
    token: string,
    purposes: readonly TokenPurpose[],
    work: (token: StoredToken) => Promise<T>,
  ): Promise<{ result: T } | null>;
  /** Ends a user's tokens of these purposes; with `since`, only those made at or after it. */
  end(userId: string, purposes: readonly TokenPurpose[], since?: Date): Promise<void>;
  /** A user's tokens, without anything that could be spent. */
  list(userId: string): Promise<StoredToken[]>;
  erase(userId: string): Promise<void>;
}

export function createOneTimeTokens({ mongo, now }: { mongo: Mongo; now: () => Date }): OneTimeTokens {
  const run = <T>(operation: (tokens: Collection<TokenDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<TokenDocument>(tokensCollection), limit));

  async function put({ _id, ...document }: TokenDocument): Promise<void> {
    const upsert = () =>
      run((tokens, limit) => tokens.replaceOne({ _id }, document, { ...limit, upsert: true }));
    try {
      await upsert();
    } catch (error) {
      // Two first tokens at once: the one that came second replaces the other.
      if (!duplicateKey(error)) throw error;
      await upsert();
    }
  }

  async function issue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const createdAt = now();
    await put({
      _id: slotOf(purpose, userId, data),
      tokenHash: hashOf(token),
      purpose,
      userId,
      data,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + lifetimesMs[purpose]),
      claimedUntil: never,
      claimedBy: null,
    });
    return token;
  }

  async function claim(token: string, purposes: readonly TokenPurpose[], claimedBy: string) {
    const at = now();
    const live = { tokenHash: hashOf(token), purpose: { $in: [...purposes] }, expiresAt: { $gt: at } };
    const unclaimed = { $or: [{ claimedUntil: { $lte: at } }, { claimedBy }] };
    const update = { $set: { claimedBy, claimedUntil: new Date(at.getTime() + claimMs) } };
    return run((tokens, limit) => tokens.findOneAndUpdate({ ...live, ...unclaimed }, update, limit));
  }

  return {
    issue,
    spend: async (token, purposes, work) => {
      const claimedBy = randomBytes(16).toString('base64url');
      const claimed = await claim(token, purposes, claimedBy);
      if (!claimed) return null;
      const mine = { _id: claimed._id, claimedBy };
      try {
        const result = await work(toStoredToken(claimed));
        // What it was for is done, so that a token that stays by a failure here is worth nothing.
        await run((tokens, limit) => tokens.deleteOne(mine, limit)).catch(() => undefined);
        return { result };
      } catch (error) {
        const free = { $set: { claimedUntil: never, claimedBy: null } };
        await run((tokens, limit) => tokens.updateOne(mine, free, limit)).catch(() => undefined);
        throw error;
      }
    },
    end: async (userId, purposes, since) => {
      const made = since ? { createdAt: { $gte: since } } : {};
      await run((tokens, limit) =>
        tokens.deleteMany({ userId, purpose: { $in: [...purposes] }, ...made }, limit),
      );
    },
    list: async (userId) =>
      (await run((tokens, limit) => tokens.find({ userId }, limit).toArray())).map(toStoredToken),
    erase: async (userId) => {
      await run((tokens, limit) => tokens.deleteMany({ userId }, limit));
    },
  };
}

/** The answer to a token that is wrong, spent, replaced or over: 400 `invalid_token`, and nothing of which. */
export function invalidToken(): Problem {
  return new Problem(
    400,
    'invalid_token',
    'This link is wrong, has been used or is over. Ask for a new one.',
  );
}

/** Each former address has an undo of its own: whoever changes twice does not end the first owner's way back. */
function slotOf(purpose: TokenPurpose, userId: string, { email }: TokenData): string {
  return purpose === 'undo_email' ? `${purpose}:${userId}:${hashOf(email)}` : `${purpose}:${userId}`;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function toStoredToken({ purpose, userId, data, createdAt, expiresAt }: TokenDocument): StoredToken {
  return { purpose, userId, data, createdAt, expiresAt };
}
