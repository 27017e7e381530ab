import type { Knex } from 'knex';
import type { UserRecords } from '../contract.ts';
import type { ChangeOutcome, CredentialsChange } from '../records.ts';
import { changeUser } from './beside-user.ts';
import type { Db, Sql } from './client.ts';
import { tables, toMs, toMsOrNull } from './tables.ts';
import { fromAddressChanges, fromFactors, toAddressChanges, type UserRow } from './user-row.ts';

export interface UserLockOptions {
  sql: Sql;
  exists: UserRecords['exists'];
}

type LockedChanges = Pick<UserRecords, 'takeLock' | 'changeUnderLock' | 'removeUnderLock' | 'releaseLock'>;

/** Changes of a user by whoever has its lock. */
export function createUserLock({ sql: { run, dialect }, exists }: UserLockOptions): LockedChanges {
  const rows = (db: Db) => db<UserRow>(tables.users);

  /** Where the lock is free; `locked_by` makes a repeat of the statement find its own. */
  const takeLock: UserRecords['takeLock'] = async (id, expected, { by, at, until }) => {
    const { credentialsVersion, unconfirmed = false, rolesRevision } = expected;
    const count = await run((db) =>
      rows(db)
        .where({ id, seat_expires_at: null })
        .where({
          ...(credentialsVersion !== undefined && { credentials_version: credentialsVersion }),
          ...(unconfirmed && { email_verified_at: null }),
          ...(rolesRevision !== undefined && { roles_revision: rolesRevision }),
        })
        .where((either) => void either.where(unlockedAt(at)).orWhere({ locked_by: by }))
        .update({ locked_until: toMs(until), locked_by: by }),
    );
    return count === 1;
  };

  async function changeUnderLock(
    id: string,
    lockedBy: string,
    change: CredentialsChange,
  ): Promise<ChangeOutcome> {
    const { expected, factors } = change;
    const addressChanges = await addressChangesOf(id, lockedBy, change);
    try {
      if (addressChanges && (await update(id, lockedBy, change, addressChanges))) return 'changed';
    } catch (error) {
      if (dialect.isDuplicate(error)) return 'taken';
      throw error;
    }
    const found = await run((db) => rows(db).where({ id }).first('changed_by', 'locked_by'));
    // The answer of a first try was lost.
    if (found?.changed_by === lockedBy) return 'changed';
    return (expected || factors) && found?.locked_by === lockedBy ? 'stale' : 'gone';
  }

  /** @returns false where the lock, the user, or what is expected of it, is gone. */
  async function update(
    id: string,
    lockedBy: string,
    change: CredentialsChange,
    addressChanges: Partial<UserRow>,
  ): Promise<boolean> {
    const { expected, factors } = change;
    const count = await run((db) => {
      const made = rows(db)
        .where({
          id,
          locked_by: lockedBy,
          ...(factors && { factors_revision: factors.from }),
          ...(expected && {
            email: expected.email,
            email_verified_at: toMsOrNull(expected.emailVerifiedAt),
          }),
        })
        .increment('credentials_version', 1)
        .update({ ...fieldsOf(change, lockedBy), ...addressChanges });
      return changeUser(db, id, made, { factors: factors?.to });
    });
    return count === 1;
  }

  /**
   * The changes of address that can be undone afterwards, where they change; null where the one to undo is not there.
   * Nobody else changes them meanwhile: the lock is ours.
   */
  async function addressChangesOf(
    id: string,
    lockedBy: string,
    { addressChanges, undoes }: CredentialsChange,
  ) {
    if (undoes === undefined)
      return addressChanges ? { address_changes: fromAddressChanges(addressChanges) } : {};
    const row = await run((db) => rows(db).where({ id, locked_by: lockedBy }).first('address_changes'));
    const changes = toAddressChanges(row?.address_changes ?? null);
    if (!changes.some(({ version }) => version === undoes)) return null;
    return { address_changes: fromAddressChanges(changes.filter(({ version }) => version < undoes)) };
  }

  async function removeUnderLock(id: string, lockedBy: string): Promise<boolean> {
    const count = await run((db) => rows(db).where({ id, locked_by: lockedBy }).delete());
    // Or else the answer of a first try was lost.
    return count === 1 || !(await exists(id));
  }

  async function releaseLock(id: string, lockedBy: string): Promise<void> {
    const free = { locked_until: null, locked_by: null };
    await run((db) => rows(db).where({ id, locked_by: lockedBy }).update(free));
  }

  return { takeLock, changeUnderLock, removeUnderLock, releaseLock };
}

/** No change of credentials is under way. */
export const unlockedAt = (at: Date) => (either: Knex.QueryBuilder) =>
  void either.whereNull('locked_until').orWhere('locked_until', '<=', toMs(at));

function fieldsOf({ at, password, factors, email, disables }: CredentialsChange, changedBy: string) {
  return {
    changed_by: changedBy,
    credentials_changed_at: toMs(at),
    locked_until: null,
    locked_by: null,
    ...(password !== undefined && { password }),
    ...(factors && fromFactors(factors.to)),
    ...(disables && { disabled_at: toMs(at) }),
    ...(email && { email: email.email, email_key: email.emailKey, email_verified_at: toMs(at) }),
  };
}
