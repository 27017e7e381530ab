import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import { Problem } from '../base/problem.ts';
import type { Limit, Mongo } from '../store/mongo/client.ts';
import { duplicateKey } from '../store/mongo/errors.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;

/** What a token may be spent on, and for how long. Reset is short: NIST SP 800-63B-4, 3.1.3.2; ASVS 6.5.5. */
const lifetimesMs = {
  verify_email: 24 * hourMs,
  sign_up: 24 * hourMs,
  change_email: 24 * hourMs,
  reset_password: 10 * minuteMs,
  undo_email: 72 * hourMs,
} as const;

export type TokenPurpose = keyof typeof lifetimesMs;

/** What a token is about, for whoever spends it; no secret. */
export interface TokenData {
  /** Verification: the address that is confirmed. Undo: the one that comes back. Change: the new one. */
  email: string;
  /** The account's count of credential changes that the token holds for; of an undo, the change that it undoes. */
  credentialsVersion?: number;
}

/** When and from where a token was spent. */
export interface Spending {
  readonly at: Date;
  /** Network address of the caller, as the limits count it. */
  readonly network: string;
}

/** A token as its owner may see it. */
export interface StoredToken {
  readonly purpose: TokenPurpose;
  /** Whose it is; of a waiting sign-up, the sign-up's own id, until it has become a user. */
  readonly userId: string;
  readonly data: TokenData;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Of a token that did its work: it is kept for a day, so that who asks again is told what was done. */
  readonly spent?: Spending;
}

interface TokenDocument extends StoredToken {
  /** Purpose and user, so that a newer token takes the place of the older; a spent one gives its place up. Unique. */
  slot: string;
  /** SHA-256 of the token. Unique. */
  tokenHash: string;
  /** Nobody else spends it until then. */
  claimedUntil: Date;
  claimedBy: string | null;
}

export const tokensCollection = 'tokens';

/** A request that has claimed a token lasts no longer; where it has died, the token is whole again after this. */
const claimMs = 15_000;
/** Who finds a token claimed waits so long for what becomes of it. */
const waitMs = 5_000;
const spentKeptMs = 24 * hourMs;
const never = new Date(0);

/** What came of spending a token. */
export type Spent<T> =
  | { outcome: 'done'; result: T }
  /** It did its work before; `token.spent` says when and for whom. */
  | { outcome: 'spent_before'; token: StoredToken & { spent: Spending } };

/** Tokens of 256 random bits that work once; the database holds only their SHA-256 (OWASP ASVS 6.5.2, 11.5.1). */
export interface OneTimeTokens {
  /**
   * Makes a token; it ends the older one of that purpose and user (of an undo: and that change).
   *
   * @returns the token itself, which exists nowhere else.
   */
  issue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string>;
  /**
   * Makes a token in the place of one that is still as it was issued, with the same times: where it was ended,
   * replaced or spent since, or is being spent, there is none.
   */
  reissue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string | null>;
  /** What a token is about, spent or not, without spending it; null where there is none or it has expired. */
  look(token: string, purposes: readonly TokenPurpose[]): Promise<StoredToken | null>;
  /**
   * Spends a token on `work`: of many at once, one gets it, and the others wait for what comes of that, five seconds
   * at most. Where `work` throws, the token is as good as before, and where the process dies, it is after 15 seconds;
   * so `work` must do nothing if it has been done.
   *
   * @param network from where it is asked for, kept with the spent token.
   * @returns null where there is no such token, or it has expired or been replaced.
   * @throws {Problem} 503 `unavailable` where somebody else's spending takes too long.
   */
  spend<T>(
    token: string,
    purposes: readonly TokenPurpose[],
    network: string,
    work: (token: StoredToken) => Promise<T>,
  ): Promise<Spent<T> | null>;
  /**
   * Ends a user's tokens of these purposes that are not spent.
   *
   * @param sinceVersion spares those that hold for an earlier count of credential changes.
   */
  end(userId: string, purposes: readonly TokenPurpose[], sinceVersion?: number): Promise<void>;
  /** A user's tokens that can still be spent, without anything by which they could be. */
  list(userId: string): Promise<StoredToken[]>;
  /** Gives the tokens of a waiting sign-up, spent ones too, to the user that it has become. */
  handOver(signUpId: string, userId: string): Promise<void>;
  /** Takes out every token of a user, spent ones too. */
  erase(userId: string): Promise<void>;
}

export function createOneTimeTokens({ mongo, now }: { mongo: Mongo; now: () => Date }): OneTimeTokens {
  const run = <T>(operation: (tokens: Collection<TokenDocument>, limit: Limit) => Promise<T>): Promise<T> =>
    mongo.run((db, limit) => operation(db.collection<TokenDocument>(tokensCollection), limit));
  const liveAt = (at: Date) => ({ expiresAt: { $gt: at }, spent: { $exists: false } });

  async function put(document: TokenDocument): Promise<void> {
    const { slot } = document;
    const upsert = () =>
      run((tokens, limit) => tokens.replaceOne({ slot }, document, { ...limit, upsert: true }));
    try {
      await upsert();
    } catch (error) {
      // Two first tokens at once: the one that came second replaces the other.
      if (!duplicateKey(error)) throw error;
      await upsert();
    }
  }

  async function issue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string> {
    const token = newToken();
    const createdAt = now();
    await put({
      slot: slotOf(purpose, userId, data),
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

  async function reissue(purpose: TokenPurpose, userId: string, data: TokenData): Promise<string | null> {
    const token = newToken();
    const { email, credentialsVersion } = data;
    const same = { 'data.email': email, 'data.credentialsVersion': credentialsVersion as number };
    const at = now();
    const { matchedCount } = await run((tokens, limit) =>
      tokens.updateOne(
        { slot: slotOf(purpose, userId, data), ...same, ...liveAt(at), claimedUntil: { $lte: at } },
        { $set: { tokenHash: hashOf(token) } },
        limit,
      ),
    );
    return matchedCount === 1 ? token : null;
  }

  async function find(token: string, purposes: readonly TokenPurpose[]): Promise<TokenDocument | null> {
    const filter = { tokenHash: hashOf(token), purpose: { $in: [...purposes] }, expiresAt: { $gt: now() } };
    return run((tokens, limit) => tokens.findOne(filter, limit));
  }

  async function claim(token: string, purposes: readonly TokenPurpose[], claimedBy: string) {
    const at = now();
    const live = { tokenHash: hashOf(token), purpose: { $in: [...purposes] }, ...liveAt(at) };
    const unclaimed = { $or: [{ claimedUntil: { $lte: at } }, { claimedBy }] };
    const update = { $set: { claimedBy, claimedUntil: new Date(at.getTime() + claimMs) } };
    return run((tokens, limit) => tokens.findOneAndUpdate({ ...live, ...unclaimed }, update, limit));
  }

  /** Claims a token, or says what it finds instead, once nobody else has it claimed. */
  async function claimOrFind(token: string, purposes: readonly TokenPurpose[], claimedBy: string) {
    const startedAt = performance.now();
    for (;;) {
      const claimed = await claim(token, purposes, claimedBy);
      if (claimed) return claimed;
      const found = await find(token, purposes);
      if (!found || found.spent) return found;
      if (performance.now() - startedAt > waitMs) throw beingSpent();
      await delay(100);
    }
  }

  return {
    issue,
    reissue,
    look: async (token, purposes) => {
      const found = await find(token, purposes);
      return found && toStoredToken(found);
    },
    spend: async (token, purposes, network, work) => {
      const claimedBy = randomBytes(16).toString('base64url');
      const found = await claimOrFind(token, purposes, claimedBy);
      if (!found) return null;
      if (found.spent)
        return { outcome: 'spent_before', token: { ...toStoredToken(found), spent: found.spent } };
      const mine = { tokenHash: found.tokenHash, claimedBy };
      try {
        const result = await work(toStoredToken(found));
        const at = now();
        const spent = { slot: `spent:${found.tokenHash}`, spent: { at, network } };
        const expiresAt = new Date(Math.max(at.getTime() + spentKeptMs, found.expiresAt.getTime()));
        // What it was for is done, so that a token that stays by a failure here is worth nothing.
        await run((tokens, limit) => tokens.updateOne(mine, { $set: { ...spent, expiresAt } }, limit)).catch(
          () => undefined,
        );
        return { outcome: 'done', result };
      } catch (error) {
        const free = { $set: { claimedUntil: never, claimedBy: null } };
        await run((tokens, limit) => tokens.updateOne(mine, free, limit)).catch(() => undefined);
        throw error;
      }
    },
    end: async (userId, purposes, sinceVersion) => {
      const unspent = { userId, purpose: { $in: [...purposes] }, spent: { $exists: false } };
      const since = sinceVersion === undefined ? {} : { 'data.credentialsVersion': { $gte: sinceVersion } };
      await run((tokens, limit) => tokens.deleteMany({ ...unspent, ...since }, limit));
    },
    list: async (userId) =>
      (await run((tokens, limit) => tokens.find({ userId, ...liveAt(now()) }, limit).toArray())).map(
        toStoredToken,
      ),
    handOver: async (signUpId, userId) => {
      const update = { $set: { userId } };
      await run((tokens, limit) => tokens.updateMany({ userId: signUpId }, update, limit));
    },
    erase: async (userId) => {
      await run((tokens, limit) => tokens.deleteMany({ userId }, limit));
    },
  };
}

/** The answer to a token that is wrong, replaced or over: 400 `invalid_token`, and nothing of which. */
export function invalidToken(): Problem {
  return new Problem('invalid_token', 'This link is wrong or over. Ask for a new one.');
}

/** The answer to a token that did its work: 400 `invalid_token`, with what that was and how to go on. */
export function usedToken(purpose: TokenPurpose): Problem {
  return new Problem('invalid_token', `This link has been used: ${usedFor[purpose]}`);
}

const usedFor: Readonly<Record<TokenPurpose, string>> = {
  verify_email: 'the address is confirmed. Sign in.',
  sign_up: 'the account is confirmed. Sign in with the password of that sign-up.',
  change_email: 'the address is confirmed. Sign in with it.',
  reset_password: 'a new password is set. Sign in with it, or ask for a new link.',
  undo_email:
    'the old address is back and a new password is set. Sign in with them, or ask for a link to choose another.',
};

function beingSpent(): Problem {
  return new Problem('unavailable', 'This link is being used right now. Try again in a moment.', {
    headers: { 'Retry-After': String(claimMs / 1000) },
  });
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Each change of address has an undo of its own: whoever changes twice does not end the first owner's way back. */
function slotOf(purpose: TokenPurpose, userId: string, { credentialsVersion }: TokenData): string {
  return purpose === 'undo_email' ? `${purpose}:${userId}:${credentialsVersion}` : `${purpose}:${userId}`;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function toStoredToken(document: TokenDocument): StoredToken {
  const { purpose, userId, data, createdAt, expiresAt, spent } = document;
  return { purpose, userId, data, createdAt, expiresAt, ...(spent && { spent }) };
}
