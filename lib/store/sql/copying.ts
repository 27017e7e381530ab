import type { Knex } from 'knex';
import type { ConfigFor } from '../../base/config.ts';
import { inChunks } from '../../base/in-chunks.ts';
import type { Kind } from '../contract.ts';
import { type CopiedRecord, type CopySide, entryOf } from '../copying.ts';
import { accessErrorOf } from './access.ts';
import { createKnex, createSql } from './client.ts';
import { type RowForm, rowForms } from './copied-rows.ts';
import type { Dialect } from './dialect.ts';
import { findMissingMigrations } from './migrate.ts';
import { dataOf, fieldsOf } from './session-fields.ts';
import { identityTable, markTable, roleTable, tablesOf } from './tables.ts';

/** Rows that one statement inserts: SQLite takes five hundred, and no statement shall have many thousand values. */
const rowsAtOnce = 200;

/** All that a database of SQL keeps, record by record, on a connection of its own. */
export function openSqlCopying(config: ConfigFor<'database'>, dialect: Dialect): CopySide {
  const knex = createKnex(config.databaseUrl, dialect, 1);
  const tables = tablesOf(config);
  const formOf = (kind: Kind) => rowForms[kind] as RowForm;

  async function insert(kind: Kind, records: readonly CopiedRecord[]): Promise<void> {
    const { unique, toRow, besideOf } = formOf(kind);
    const rows: Record<string, string>[] = records.map(toRow);
    const beside = besideOf ? records.map(besideOf) : [];
    const identities = beside.flatMap((of) => of.identities);
    await knex.transaction(async (transaction) => {
      const remove = (key: string, values: readonly string[] | Knex.QueryBuilder) =>
        transaction(tables[kind])
          .whereIn(key, values as readonly string[])
          .delete();
      if (unique !== undefined)
        await remove(
          unique,
          rows.map((row) => row[unique] ?? ''),
        );
      if (identities.length > 0) {
        const keys = identities.map(({ identity_key }) => identity_key);
        await remove('id', transaction(identityTable).whereIn('identity_key', keys).select('user_id'));
      }
      await insertAll(transaction, tables[kind], rows);
      await insertAll(transaction, identityTable, identities);
      await insertAll(
        transaction,
        roleTable,
        beside.flatMap(({ roles }) => roles),
      );
    });
  }

  return {
    // As text it is stored, and as text it is read.
    fields: { name: 'json', fieldsOf, dataOf, readAgain: (fields) => fields },
    missing: async () => {
      const sql = createSql(config, dialect);
      try {
        return await findMissingMigrations(sql);
      } finally {
        await sql.close();
      }
    },
    read: async (kind, { after, upTo, most }) => {
      const form = formOf(kind);
      const found = await knex(tables[kind])
        .modify((query) => void (after === undefined || query.where(form.key, '>', after)))
        .modify((query) => void (upTo === undefined || query.where(form.key, '<=', upTo)))
        .orderBy(form.key)
        .limit(most)
        .select();
      return found.map((row: Record<string, string>) => entryOf(row[form.key] ?? '', row, form.toRecord));
    },
    insert,
    remove: async (kind, keys) => {
      await knex(tables[kind])
        .whereIn(formOf(kind).key, [...keys])
        .delete();
    },
    ...createMark(knex, dialect),
    isRefusal: (error) =>
      dialect.isRefusal(error) && !dialect.isOutage(error) && !dialect.isUnprepared(error),
    hintOf: (error) => accessErrorOf(error, dialect, tables)?.hint,
    close: () => knex.destroy(),
  };
}

async function insertAll(db: Knex, table: string, rows: readonly object[]): Promise<void> {
  for (const some of inChunks(rows, rowsAtOnce)) await db(table).insert(some);
}

/** The mark's own table, which is there as long as the mark is. */
function createMark(knex: Knex, dialect: Dialect): Pick<CopySide, 'readMark' | 'putMark' | 'removeMark'> {
  const isThere = () => knex.schema.hasTable(markTable);
  return {
    readMark: async () => {
      const mark = (await isThere()) ? await knex(markTable).first() : undefined;
      return mark ? { source: mark.source, newestEventAt: new Date(Number(mark.newest_event_at)) } : null;
    },
    putMark: async ({ source, newestEventAt }) => {
      if (!(await isThere()))
        await knex.schema.createTable(markTable, (table) => {
          table.specificType('source', dialect.keyType).primary();
          table.bigInteger('newest_event_at').notNullable();
        });
      const row = { source, newest_event_at: newestEventAt.getTime() };
      await knex(markTable).insert(row).onConflict('source').merge();
    },
    removeMark: () => knex.schema.dropTableIfExists(markTable),
  };
}
