import type { MailJobRecords } from '../contract.ts';
import type { Sql } from './client.ts';
import { tables, toMs } from './tables.ts';

/** Which mail jobs were tried and done; nothing in it is about a user. */
export function createMailJobRecords({ run }: Sql): MailJobRecords {
  return {
    has: async (id) =>
      (await run((db) => db<{ id: string }>(tables.mailJobs).where({ id }).first('id'))) !== undefined,
    note: (id, expiresAt) =>
      run((db) => db.insertNew(tables.mailJobs, 'id', { id, expires_at: toMs(expiresAt) })),
  };
}
