import type { OutboxRecords } from '../contract.ts';
import { newRecordId } from '../record-id.ts';
import type { MailRecord } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { type Milliseconds, tables, toDate, toMs } from './tables.ts';

interface MailRow {
  id: string;
  to_address: string;
  to_key: string;
  subject: string;
  text: string;
  html: string;
  user_id: string | null;
  sent_at: Milliseconds;
  expires_at: Milliseconds;
}

/** The mails of `dev` and `test`. */
export function createOutboxRecords({ run }: Sql): OutboxRecords {
  const rows = (db: Db) => db<MailRow>(tables.outbox);

  return {
    add: async (mail, expiresAt) => {
      const row = { id: newRecordId(), ...toRow(mail), expires_at: toMs(expiresAt) };
      await run((db) => db.insertNew(tables.outbox, 'id', row));
    },
    list: async (most, { toKey, userId } = {}) => {
      const about = {
        ...(toKey !== undefined && { to_key: toKey }),
        ...(userId !== undefined && { user_id: userId }),
      };
      const found = await run((db) =>
        rows(db)
          .where(about)
          .orderBy([
            { column: 'sent_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .limit(most)
          .select(),
      );
      return (found as MailRow[]).map(toRecord);
    },
    eraseAbout: async (userId) => {
      await run((db) => rows(db).where({ user_id: userId }).delete());
    },
    eraseTo: async (toKey) => {
      await run((db) => rows(db).where({ to_key: toKey }).delete());
    },
  };
}

function toRow({ to, toKey, subject, text, html, userId, sentAt }: MailRecord) {
  return { to_address: to, to_key: toKey, subject, text, html, user_id: userId, sent_at: toMs(sentAt) };
}

function toRecord({
  to_address: to,
  to_key: toKey,
  subject,
  text,
  html,
  user_id,
  sent_at,
}: MailRow): MailRecord {
  return { to, toKey, subject, text, html, userId: user_id, sentAt: toDate(sent_at) };
}
