import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { unavailable } from '../../base/problem.ts';
import { asChanged } from '../as-changed.ts';
import type { UserRecords } from '../contract.ts';
import { lastCharacter } from '../last-character.ts';
import type { NewUserRecord, UserQuery, UserRecord } from '../records.ts';
import { changeUser, type IdentityRow, type RoleRow } from './beside-user.ts';
import type { Db, Sql } from './client.ts';
import { identityTable, roleTable, tables, toMs, toMsOrNull } from './tables.ts';
import { createUserLock, unlockedAt } from './user-lock.ts';
import {
  fromFactors,
  fromRoles,
  profileColumns,
  toUserProfile,
  toUserRecord,
  type UserRow,
} from './user-row.ts';

/** How long a seat waits, in milliseconds: longer than any request and its statements are under way. */
const seatMs = 15 * 60 * 1000;

/** In place of an address; no address is without an @. */
const seatKey = (id: string) => `seat:${id}`;

/**
 * Users as SQL keeps them.
 *
 * A user comes into being by an update of its own seat. So a try of that which arrives late, when the user has left,
 * finds no seat and brings nobody back; a late try of the insert leaves a seat that nobody takes.
 */
export function createUserRecords(sql: Sql): UserRecords {
  const { run, dialect } = sql;
  const rows = (db: Db) => db<UserRow>(tables.users);
  const seated = (db: Db) => rows(db).whereNull('seat_expires_at');
  const isThere = async (where: Partial<UserRow>) =>
    (await run((db) => seated(db).where(where).first('id'))) !== undefined;
  const findOne = async (where: Partial<UserRow>): Promise<UserRecord | null> => {
    const row = await run((db) => seated(db).where(where).first());
    return row ? toUserRecord(row as UserRow) : null;
  };
  const exists = (id: string) => isThere({ id });

  /** Each try takes a seat of its own, so that one that arrives late is nobody's. */
  function takeSeat(at: Date): Promise<string> {
    const seat_expires_at = at.getTime() + seatMs;
    return run(async (db) => {
      const id = randomBytes(16).toString('base64url');
      await rows(db).insert({ id, email_key: seatKey(id), seat_expires_at });
      return id;
    });
  }

  async function fillSeat(id: string, user: NewUserRecord): Promise<boolean> {
    const fields = {
      email: user.email,
      email_key: user.emailKey,
      name: user.name,
      name_key: user.nameKey,
      language: user.language,
      roles: fromRoles(user.roles),
      password: user.credentials.password ?? null,
      ...(user.credentials.factors && fromFactors(user.credentials.factors)),
      email_verified_at: toMsOrNull(user.emailVerifiedAt),
      created_at: toMs(user.createdAt),
      credentials_version: 1,
      seat_expires_at: null,
    };
    try {
      const { factors } = user.credentials;
      const roles = user.roles.length > 0 ? user.roles : undefined;
      const count = await run((db) => {
        const seat = rows(db).where({ id, email_key: seatKey(id) });
        return changeUser(db, id, seat.update(fields), { factors, roles });
      });
      // Or else the answer of a first try was lost.
      if (count === 0 && !(await exists(id))) throw unavailable(new Error('the seat is gone'));
      return true;
    } catch (error) {
      // A try that arrives after the answer must not make an account of which nobody was told.
      await run((db) => rows(db).where({ id }).delete()).catch(() => undefined);
      if (dialect.isDuplicate(error)) return false;
      throw error;
    }
  }

  return {
    takeSeat,
    fillSeat,
    find: (id) => findOne({ id }),
    findByEmailKey: (emailKey) => findOne({ email_key: emailKey }),
    findByIdentity: async (key) => {
      const row = await run((db) => {
        const owner = db<IdentityRow>(identityTable).where({ identity_key: key }).select('user_id');
        return seated(db).where('id', owner).first();
      });
      return row ? toUserRecord(row as UserRow) : null;
    },
    exists,
    isTaken: (emailKey) => isThere({ email_key: emailKey }),
    replaceHash: async (id, from, to) => {
      await run((db) => rows(db).where({ id, password: from }).update({ password: to }));
    },
    changeFactors: async (id, { from, to }) => {
      const count = await run((db) =>
        seated(db).where({ id, factors_revision: from }).update(fromFactors(to)),
      );
      // Or else the answer of a first try was lost.
      return count === 1 || (await findOne({ id }))?.credentials.factors?.changedBy === to.changedBy;
    },
    list: async (query) => {
      const found = await run((db) => listOf(rows(db), db, query).select(...profileColumns));
      return found.map(toUserProfile);
    },
    setName: async (id, name, nameKey) => {
      const count = await run((db) => seated(db).where({ id }).update({ name, name_key: nameKey }));
      return count === 1 ? findOne({ id }) : null;
    },
    setLanguage: async (id, language) => {
      const count = await run((db) => seated(db).where({ id }).update({ language }));
      return count === 1 ? findOne({ id }) : null;
    },
    setRoles: async (id, { from, to: roles, at }) => {
      const unlocked = { locked_until: null, locked_by: null };
      const count = await run((db) => {
        const change = seated(db)
          .where({ id, roles_revision: from })
          .where(unlockedAt(at))
          .update({ roles: fromRoles(roles), roles_revision: from + 1, ...unlocked });
        return changeUser(db, id, change, { roles });
      });
      const user = await findOne({ id });
      return count === 1 ? user : asChanged(user, { from, to: roles });
    },
    enable: async (id, since) => {
      await run((db) =>
        seated(db)
          .where({ id, disabled_at: toMs(since) })
          .update({ disabled_at: null }),
      );
      return findOne({ id });
    },
    setEmailVerified: async (id, emailKey, at, to) => {
      const count = await run((db) =>
        seated(db)
          .where({ id, email_key: emailKey })
          .where(unlockedAt(at))
          .update({ email_verified_at: to === false ? null : toMs(at) }),
      );
      return count === 1 ? findOne({ id }) : null;
    },
    ...createUserLock({ sql, exists }),
    export: async (id) => {
      const user = await findOne({ id });
      if (!user) return {};
      const { id: _id, credentials: _secret, nameKey: _sameName, rolesRevision: _count, ...profile } = user;
      const { roles, disabledAt, lockedUntil, credentialsChangedAt, addressChanges, ...shown } = profile;
      return {
        ...shown,
        ...(roles.length > 0 && { roles }),
        ...(disabledAt && { disabledAt }),
        ...(lockedUntil && { lockedUntil }),
        ...(credentialsChangedAt && { credentialsChangedAt }),
        ...(addressChanges.length > 0 && { addressChanges }),
      };
    },
  };
}

const columns = { emailKey: 'email_key', nameKey: 'name_key' } as const;

/**
 * With a bound on the key the index leads to the page. A seat has no time of its making; by its end SQLite would take
 * the index of seats, which has everybody else under null, and sort them.
 */
function listOf(
  users: Knex.QueryBuilder<UserRow, UserRow[]>,
  db: Db,
  { key, prefix, role, disabled, after, most }: UserQuery,
) {
  const column = columns[key];
  return users
    .whereNotNull('created_at')
    .where(column, '>=', after?.key ?? prefix)
    .where(column, '<', prefix + lastCharacter)
    .modify((query) => {
      if (after) query.whereNot((same) => void same.where(column, after.key).where('id', '<=', after.id));
      if (role !== undefined) query.whereIn('id', db<RoleRow>(roleTable).where({ role }).select('user_id'));
      if (disabled !== undefined) query[disabled ? 'whereNotNull' : 'whereNull']('disabled_at');
    })
    .orderBy([column, 'id'])
    .limit(most);
}
