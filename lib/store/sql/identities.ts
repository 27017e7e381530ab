import type { Knex } from 'knex';
import type { Factors } from '../records.ts';
import type { Db } from './client.ts';
import { identityTable } from './tables.ts';

/** That an identity is a user's. */
export interface IdentityRow {
  identity_key: string;
  user_id: string;
}

/** The rows of what a user can show. */
export function identityRows(
  userId: string,
  { identities = [] }: Pick<Factors, 'identities'>,
): IdentityRow[] {
  const keys = new Set(identities.map(({ key }) => key));
  return [...keys].map((identity_key) => ({ identity_key, user_id: userId }));
}

/**
 * Changes a user, and with its factors which identities are its own: all or nothing.
 *
 * @param factors as they are then; undefined where they stay.
 * @returns how many users were changed.
 * @throws what a dialect calls a duplicate, where an identity is another user's.
 */
export async function changeWithIdentities(
  db: Db,
  userId: string,
  change: Knex.QueryBuilder,
  factors: Factors | undefined,
): Promise<number> {
  if (!factors) return change;
  const rows = identityRows(userId, factors);
  const identities = () => db<IdentityRow>(identityTable);
  const removal = identities().where({ user_id: userId }).delete();
  return db.together(change, rows.length > 0 ? [removal, identities().insert(rows)] : [removal]);
}
