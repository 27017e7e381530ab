import type { TokenRecords } from '../contract.ts';
import type { TokenRecord } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables, toDate, toMs } from './tables.ts';

export interface TokenRow {
  /** A newer token takes the place of the older one; of a spent one it is `spent:` and the hash. */
  slot: string;
  /** Unique. */
  token_hash: string;
  purpose: string;
  user_id: string;
  email: string;
  credentials_version: number | null;
  created_at: Milliseconds;
  expires_at: Milliseconds;
  /** Nobody else spends it until then. */
  claimed_until: Milliseconds;
  claimed_by: string | null;
  spent_at: Milliseconds | null;
  spent_network: string | null;
}

/** One-time tokens, by their slot and by their hash, each of which is unique. */
export function createTokenRecords({ run }: Sql): TokenRecords {
  const rows = (db: Db) => db<TokenRow>(tables.tokens);
  const liveAt = (db: Db, at: Date) => rows(db).where('expires_at', '>', toMs(at)).whereNull('spent_at');

  return {
    put: (token) => run((db) => db.put(tables.tokens, 'slot', toTokenRow(token))),
    refill: async (slot, { email, credentialsVersion }, token_hash, now) => {
      const same = { slot, email, credentials_version: credentialsVersion ?? null };
      const count = await run((db) =>
        liveAt(db, now).where(same).where('claimed_until', '<=', toMs(now)).update({ token_hash }),
      );
      return count === 1;
    },
    find: async (token_hash, purposes, now) => {
      const row = await run((db) =>
        rows(db)
          .where({ token_hash })
          .whereIn('purpose', [...purposes])
          .where('expires_at', '>', toMs(now))
          .first(),
      );
      return row ? toTokenRecord(row as TokenRow) : null;
    },
    claim: async (token_hash, purposes, { by, at, until }) => {
      const count = await run((db) =>
        liveAt(db, at)
          .where({ token_hash })
          .whereIn('purpose', [...purposes])
          // Its own claim is found by a repeat after a lost answer.
          .where((either) => void either.where('claimed_until', '<=', toMs(at)).orWhere({ claimed_by: by }))
          .update({ claimed_by: by, claimed_until: toMs(until) }),
      );
      if (count === 0) return null;
      const row = await run((db) => rows(db).where({ token_hash, claimed_by: by }).first());
      return row ? toTokenRecord(row as TokenRow) : null;
    },
    spend: async (token_hash, claimed_by, { at, network, keptUntil }) => {
      const spent = { spent_at: toMs(at), spent_network: network, expires_at: toMs(keptUntil) };
      await run((db) =>
        rows(db)
          .where({ token_hash, claimed_by })
          .update({ slot: `spent:${token_hash}`, ...spent }),
      );
    },
    release: async (token_hash, claimed_by) => {
      const free = { claimed_until: 0, claimed_by: null };
      await run((db) => rows(db).where({ token_hash, claimed_by }).update(free));
    },
    end: async (userId, purposes, sinceVersion) => {
      await run((db) =>
        rows(db)
          .where({ user_id: userId })
          .whereIn('purpose', [...purposes])
          .whereNull('spent_at')
          .modify(
            (query) =>
              void (sinceVersion === undefined || query.where('credentials_version', '>=', sinceVersion)),
          )
          .delete(),
      );
    },
    listOf: async (userId, now) => {
      const found = await run((db) =>
        liveAt(db, now).where({ user_id: userId }).orderBy(['created_at', 'purpose', 'slot']).select(),
      );
      return (found as TokenRow[]).map(toTokenRecord);
    },
    handOver: async (fromId, toId) => {
      await run((db) => rows(db).where({ user_id: fromId }).update({ user_id: toId }));
    },
    erase: async (userId) => {
      await run((db) => rows(db).where({ user_id: userId }).delete());
    },
  };
}

export function toTokenRow({
  tokenHash,
  slot,
  purpose,
  userId,
  data,
  createdAt,
  expiresAt,
  spent,
}: TokenRecord): TokenRow {
  return {
    slot,
    token_hash: tokenHash,
    purpose,
    user_id: userId,
    email: data.email,
    credentials_version: data.credentialsVersion ?? null,
    created_at: toMs(createdAt),
    expires_at: toMs(expiresAt),
    claimed_until: 0,
    claimed_by: null,
    spent_at: spent ? toMs(spent.at) : null,
    spent_network: spent?.network ?? null,
  };
}

export function toTokenRecord(row: TokenRow): TokenRecord {
  const { credentials_version: version, spent_at: spentAt, spent_network: network } = row;
  return {
    tokenHash: row.token_hash,
    slot: row.slot,
    purpose: row.purpose,
    userId: row.user_id,
    data: { email: row.email, ...(version !== null && { credentialsVersion: version }) },
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
    ...(spentAt !== null && network !== null && { spent: { at: toDate(spentAt), network } }),
  };
}
