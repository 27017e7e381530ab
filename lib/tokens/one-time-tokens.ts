import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../base/problem.ts';
import type { TokenRecords } from '../store/contract.ts';
import type { TokenData, TokenRecord } from '../store/records.ts';
import type { TokenKind } from './token-kind.ts';

const hourMs = 60 * 60 * 1000;

/** When and from where a token was spent. */
export interface Spending {
  readonly at: Date;
  /** Network address of the caller, as the limits count it. */
  readonly network: string;
}

/** A token as its owner may see it. */
export interface StoredToken {
  readonly purpose: string;
  /** Whose it is; of a waiting sign-up, the sign-up's own id, until it has become a user. */
  readonly userId: string;
  readonly data: TokenData;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Of a token that did its work: it is kept for a day, so that who asks again is told what was done. */
  readonly spent?: Spending;
}

/** A request that has claimed a token lasts no longer; where it has died, the token is whole again after this. */
const claimMs = 15_000;
/** Who finds a token claimed waits so long for what becomes of it. */
const waitMs = 5_000;
const spentKeptMs = 24 * hourMs;

/** What came of spending a token. */
export type Spent<T> =
  | { outcome: 'done'; result: T }
  /** It did its work before; `token.spent` says when and for whom. */
  | { outcome: 'spent_before'; token: StoredToken & { spent: Spending } };

/** Tokens of 256 random bits that work once; the database holds only their SHA-256 (OWASP ASVS 6.5.2, 11.5.1). */
export interface OneTimeTokens {
  /**
   * Makes a token; it ends the older one of that kind and user.
   *
   * @returns the token itself, which exists nowhere else.
   */
  issue(kind: TokenKind, userId: string, data: TokenData): Promise<string>;
  /**
   * Keeps a token that is made elsewhere, beside others of that kind and user.
   *
   * @param token of at least 128 bits that the database has not, or whoever reads it there could try them out.
   * @param apart by what it differs from the others; stored as it is.
   */
  keep(
    token: string,
    kind: TokenKind,
    userId: string,
    data: TokenData,
    more: { apart: string; expiresAt: Date },
  ): Promise<void>;
  /**
   * Makes a token in the place of one that is still as it was issued, with the same times: where it was ended,
   * replaced or spent since, or is being spent, there is none.
   */
  reissue(kind: TokenKind, userId: string, data: TokenData): Promise<string | null>;
  /** What a token is about, spent or not, without spending it; null where there is none or it has expired. */
  look(token: string, kinds: readonly TokenKind[]): Promise<StoredToken | null>;
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
    kinds: readonly TokenKind[],
    network: string,
    work: (token: StoredToken) => Promise<T>,
  ): Promise<Spent<T> | null>;
  /**
   * Ends a user's tokens of these kinds that are not spent.
   *
   * @param sinceVersion spares those that hold for an earlier count of credential changes.
   */
  end(userId: string, kinds: readonly TokenKind[], sinceVersion?: number): Promise<void>;
  /** A user's tokens that can still be spent, without anything by which they could be. */
  list(userId: string): Promise<StoredToken[]>;
  /** Gives the tokens of a waiting sign-up, spent ones too, to the user that it has become. */
  handOver(signUpId: string, userId: string): Promise<void>;
  /** Takes out every token of a user, spent ones too. */
  erase(userId: string): Promise<void>;
}

export interface OneTimeTokensOptions {
  store: { tokens: TokenRecords };
  now: () => Date;
}

export function createOneTimeTokens({ store: { tokens }, now }: OneTimeTokensOptions): OneTimeTokens {
  /** Claims a token, or says what it finds instead, once nobody else has it claimed. */
  async function claimOrFind(tokenHash: string, kinds: readonly TokenKind[], by: string) {
    const startedAt = performance.now();
    const purposes = purposesOf(kinds);
    for (;;) {
      const at = now();
      const until = new Date(at.getTime() + claimMs);
      const claimed = await tokens.claim(tokenHash, purposes, { by, at, until });
      if (claimed) return claimed;
      const found = await tokens.find(tokenHash, purposes, now());
      if (!found || found.spent) return found;
      if (performance.now() - startedAt > waitMs) throw beingSpent();
      await delay(100);
    }
  }

  return {
    issue: async (kind, userId, data) => {
      const token = newToken();
      const [slot, tokenHash] = [slotOf(kind, userId, data), hashOf(token)];
      const createdAt = now();
      const expiresAt = new Date(createdAt.getTime() + kind.lifetimeMs);
      await tokens.put({ slot, tokenHash, purpose: kind.purpose, userId, data, createdAt, expiresAt });
      return token;
    },
    keep: async (token, { purpose }, userId, data, { apart, expiresAt }) => {
      const [slot, tokenHash] = [`${purpose}:${userId}:${apart}`, hashOf(token)];
      await tokens.put({ slot, tokenHash, purpose, userId, data, createdAt: now(), expiresAt });
    },
    reissue: async (kind, userId, data) => {
      const token = newToken();
      const isFilled = await tokens.refill(slotOf(kind, userId, data), data, hashOf(token), now());
      return isFilled ? token : null;
    },
    look: async (token, kinds) => {
      const found = await tokens.find(hashOf(token), purposesOf(kinds), now());
      return found && toStoredToken(found);
    },
    spend: async (token, kinds, network, work) => {
      const claimedBy = randomBytes(16).toString('base64url');
      const found = await claimOrFind(hashOf(token), kinds, claimedBy);
      if (!found) return null;
      const { tokenHash, expiresAt, spent } = found;
      if (spent) return { outcome: 'spent_before', token: { ...toStoredToken(found), spent } };
      try {
        const result = await work(toStoredToken(found));
        const at = now();
        const keptUntil = new Date(Math.max(at.getTime() + spentKeptMs, expiresAt.getTime()));
        // What it was for is done, so that a token that stays by a failure here is worth nothing.
        await tokens.spend(tokenHash, claimedBy, { at, network, keptUntil }).catch(() => undefined);
        return { outcome: 'done', result };
      } catch (error) {
        await tokens.release(tokenHash, claimedBy).catch(() => undefined);
        throw error;
      }
    },
    end: (userId, kinds, sinceVersion) => tokens.end(userId, purposesOf(kinds), sinceVersion),
    list: async (userId) => (await tokens.listOf(userId, now())).map(toStoredToken),
    handOver: tokens.handOver,
    erase: tokens.erase,
  };
}

function beingSpent(): Problem {
  return new Problem('unavailable', 'This link is being used right now. Try again in a moment.', {
    headers: { 'Retry-After': String(claimMs / 1000) },
  });
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function slotOf(
  { purpose, onePerChange }: TokenKind,
  userId: string,
  { credentialsVersion }: TokenData,
): string {
  return onePerChange ? `${purpose}:${userId}:${credentialsVersion}` : `${purpose}:${userId}`;
}

function purposesOf(kinds: readonly TokenKind[]): string[] {
  return kinds.map(({ purpose }) => purpose);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function toStoredToken({ purpose, userId, data, createdAt, expiresAt, spent }: TokenRecord): StoredToken {
  const token = { purpose, userId, data, createdAt, expiresAt };
  return { ...token, ...(spent && { spent }) };
}
