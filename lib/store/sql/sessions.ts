import type { Knex } from 'knex';
import type { SessionRecords } from '../contract.ts';
import type { SessionAndUser } from '../records.ts';
import { changeLocked } from './change-locked.ts';
import type { Db, Sql } from './client.ts';
import { dataOf, fieldsOf } from './session-fields.ts';
import { type SessionRow, toSessionRecord, toSessionRow } from './session-row.ts';
import { type Tables, toMs } from './tables.ts';
import { type ProfileRow, profileColumns, toUserProfile } from './user-row.ts';

/** Sessions as SQL keeps them. */
export function createSessionRecords({ run, dialect, tables }: Sql): SessionRecords {
  const rows = (db: Db) => db<SessionRow>(tables.sessions);
  const withUser = sessionWithUser(dialect.jsonArray, tables);

  async function find(id: string): Promise<SessionAndUser | null> {
    const [row] = dialect.rowsOf(await run((db) => db.raw(withUser, [id])));
    return row ? toSessionAndUser(row as unknown as WithProfile) : null;
  }

  return {
    find,
    insert: (next) => {
      let earlier: string | undefined;
      return run(async (db) => {
        // It may have arrived, with its answer lost: nobody has its id, but its user would see it among the devices.
        if (earlier !== undefined) await rows(db).where({ id: earlier }).delete();
        const session = next();
        earlier = session.id;
        await rows(db).insert(toSessionRow(session));
        return session;
      });
    },
    change: async (id, change) => {
      if (change.set.size + change.unset.length > (dialect.mostFieldsInPlace ?? Number.POSITIVE_INFINITY))
        return run((db) => changeLocked(db, { dialect, tables }, id, change));
      const { sql, bindings } = dialect.changeFields(change);
      const statement = `update "${tables.sessions}" set data = ${sql} where id = ?`;
      return dialect.countOf(await run((db) => db.raw(statement, [...bindings, id]))) === 1;
    },
    touch: async (id, dueAt, { lastSeenAt, expires, caller }) => {
      const device = caller && { ip: caller.ip, user_agent: caller.userAgent };
      const use = { last_seen_at: toMs(lastSeenAt), expires_at: toMs(expires), ...device };
      const count = await run((db) =>
        rows(db).where({ id }).where('last_seen_at', '<=', toMs(dueAt)).update(use),
      );
      return count === 1;
    },
    end: async (id, userId) => {
      let tries = 0;
      const count = await run((db) => {
        tries += 1;
        return rows(db)
          .where({ id, ...(userId !== undefined && { user_id: userId }) })
          .delete();
      });
      // A repeat after a lost answer no longer finds what the first try ended.
      return count === 1 || tries > 1;
    },
    endOf: (userId, exceptId) =>
      run((db) =>
        rows(db)
          .where({ user_id: userId })
          .modify((query) => void (exceptId === undefined || query.whereNot({ id: exceptId })))
          .delete(),
      ),
    endAll: () => run((db) => rows(db).delete()),
    endExcess: async (userId, currentId, most, now) => {
      const excess = await run((db) =>
        newestFirst(rows(db).where({ user_id: userId, waits: 0 }))
          .whereNot({ id: currentId })
          .where('expires_at', '>', toMs(now))
          .offset(most - 1)
          .select('id'),
      );
      if (excess.length === 0) return;
      const ids = excess.map(({ id }) => id);
      await run((db) => rows(db).whereIn('id', ids).delete());
    },
    listOf: async (userId, most, which) => {
      const found = await run((db) =>
        newestFirst(rows(db).where({ user_id: userId, waits: which === 'waiting' ? 1 : 0 }))
          .limit(most)
          .select(),
      );
      return found.map(toSessionRecord);
    },
    listByProviderSession: async (providerSession, most) => {
      const found = await run((db) =>
        rows(db).where({ provider_session: providerSession }).limit(most).select(),
      );
      return found.map(toSessionRecord);
    },
    listAll: async (now) => {
      const found = await run((db) => rows(db).where('expires_at', '>', toMs(now)).select());
      return found.map(toSessionRecord);
    },
    fieldsOf,
    dataOf,
  };
}

const newestFirst = <R extends object>(query: Knex.QueryBuilder<R, R[]>) =>
  query.orderBy('last_seen_at', 'desc');

interface WithProfile extends SessionRow {
  /** JSON: the user's values in the order of {@link profileColumns}; null where there is no user. */
  profile: string | unknown[] | null;
}

/**
 * Written once: Knex takes longer to build a statement than some databases to answer it. The user by a query inside: a
 * join of the two takes PostgreSQL longer to plan than all else of it, each time, since no statement is kept there.
 */
function sessionWithUser(jsonArray: string, { sessions, users }: Tables): string {
  const columns = profileColumns.map((column) => `u.${column}`).join(', ');
  return `select s.*, (select ${jsonArray}(${columns}) from ${users} u where u.id = s.user_id) as profile
    from "${sessions}" s where s.id = ?`;
}

/** A session whose user is gone, or not there yet, is none. */
function toSessionAndUser(row: WithProfile): SessionAndUser | null {
  const session = toSessionRecord(row);
  if (!session.signedIn && !session.waiting) return { session, user: null };
  if (row.profile === null) return null;
  const values = typeof row.profile === 'string' ? JSON.parse(row.profile) : row.profile;
  const named = Object.fromEntries(profileColumns.map((column, at) => [column, values[at]]));
  const profile = named as unknown as ProfileRow;
  if (profile.seat_expires_at !== null) return null;
  return { session, user: session.signedIn ? toUserProfile(profile) : null };
}
