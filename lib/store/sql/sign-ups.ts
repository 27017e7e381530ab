import { knownLanguage } from '../../base/language.ts';
import type { SignUpRecords } from '../contract.ts';
import type { SignUpRecord } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables, toDate, toMs } from './tables.ts';

interface SignUpRow {
  id: string;
  email: string;
  email_key: string;
  name: string | null;
  language: string | null;
  password: string | null;
  created_at: Milliseconds;
  expires_at: Milliseconds;
}

/** Sign-ups that wait for their address to be confirmed. */
export function createSignUpRecords({ run }: Sql): SignUpRecords {
  const rows = (db: Db) => db<SignUpRow>(tables.signUps);
  const liveAt = (db: Db, at: Date) => rows(db).where('expires_at', '>', toMs(at));

  return {
    add: (signUp) => run((db) => db.put(tables.signUps, 'id', toRow(signUp))),
    find: async (id, now) => toRecord(await run((db) => liveAt(db, now).where({ id }).first())),
    findLatest: async (emailKey, now) =>
      toRecord(
        await run((db) =>
          liveAt(db, now).where({ email_key: emailKey }).orderBy('created_at', 'desc').first(),
        ),
      ),
    renew: async (id, now, expiresAt) => {
      const count = await run((db) =>
        liveAt(db, now)
          .where({ id })
          .update({ expires_at: toMs(expiresAt) }),
      );
      return count === 1;
    },
    remove: async (id) => {
      await run((db) => rows(db).where({ id }).delete());
    },
    removeAll: async (emailKey) => {
      const found = await run((db) => rows(db).where({ email_key: emailKey }).select('id'));
      const ids = found.map(({ id }) => id);
      if (ids.length > 0) await run((db) => rows(db).whereIn('id', ids).delete());
      return ids;
    },
  };
}

function toRow({ id, email, emailKey, name, language, credentials, ...times }: SignUpRecord): SignUpRow {
  return {
    id,
    email,
    email_key: emailKey,
    name,
    language,
    password: credentials.password ?? null,
    created_at: toMs(times.createdAt),
    expires_at: toMs(times.expiresAt),
  };
}

function toRecord(row: SignUpRow | undefined): SignUpRecord | null {
  if (!row) return null;
  const { id, email, email_key: emailKey, name, password } = row;
  const credentials = { password: password ?? undefined };
  const times = { createdAt: toDate(row.created_at), expiresAt: toDate(row.expires_at) };
  return { id, email, emailKey, name, language: knownLanguage(row.language), credentials, ...times };
}
