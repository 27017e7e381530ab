import type { Knex } from 'knex';
import type { Factors } from '../records.ts';
import type { Db } from './client.ts';
import { identityTable, roleTable } from './tables.ts';

/** That an identity is a user's. */
export interface IdentityRow {
  identity_key: string;
  user_id: string;
}

/** That a user has a role. */
export interface RoleRow {
  role: string;
  user_id: string;
}

/** What of a user has tables of its own, by which it is found. */
export interface BesideUser {
  identities: IdentityRow[];
  roles: RoleRow[];
}

/** The rows of what a user can show. */
export function identityRows(
  userId: string,
  { identities = [] }: Pick<Factors, 'identities'>,
): IdentityRow[] {
  const keys = new Set(identities.map(({ key }) => key));
  return [...keys].map((identity_key) => ({ identity_key, user_id: userId }));
}

export function roleRows(userId: string, roles: readonly string[]): RoleRow[] {
  return roles.map((role) => ({ role, user_id: userId }));
}

/** What a change of a user changes in those tables; what is undefined stays. */
export interface BesideChange {
  readonly factors?: Factors | undefined;
  readonly roles?: readonly string[] | undefined;
}

/**
 * Changes a user, and with it the tables by which it is found: all or nothing.
 *
 * @returns how many users were changed.
 * @throws what a dialect calls a duplicate, where an identity is another user's.
 */
export async function changeUser(
  db: Db,
  userId: string,
  change: Knex.QueryBuilder,
  { factors, roles }: BesideChange,
): Promise<number> {
  const replace = (table: string, rows: readonly object[]) => {
    const removal = db<{ user_id: string }>(table).where({ user_id: userId }).delete();
    return rows.length > 0 ? [removal, db(table).insert([...rows])] : [removal];
  };
  const rest = [
    ...(factors ? replace(identityTable, identityRows(userId, factors)) : []),
    ...(roles ? replace(roleTable, roleRows(userId, roles)) : []),
  ];
  return rest.length > 0 ? db.together(change, rest) : change;
}
