import type { Knex } from 'knex';
import type { ConfigFor } from '../../base/config.ts';
import type { Kind } from '../contract.ts';
import { type CopySide, entryOf } from '../copying.ts';
import { accessErrorOf } from './access.ts';
import { createKnex, createSql } from './client.ts';
import { type RowForm, rowForms } from './copied-rows.ts';
import type { Dialect } from './dialect.ts';
import { findMissingMigrations } from './migrate.ts';
import { dataOf, fieldsOf } from './session-fields.ts';
import { markTable, tablesOf } from './tables.ts';

/** Rows that one statement inserts: SQLite takes five hundred, and no statement shall have many thousand values. */
const rowsAtOnce = 200;

/** All that a database of SQL keeps, record by record, on a connection of its own. */
export function openSqlCopying(config: ConfigFor<'database'>, dialect: Dialect): CopySide {
  const knex = createKnex(config.databaseUrl, dialect, 1);
  const tables = tablesOf(config);
  const formOf = (kind: Kind) => rowForms[kind] as RowForm;

  async function insert(kind: Kind, rows: Record<string, unknown>[]): Promise<void> {
    const { unique } = formOf(kind);
    await knex.transaction(async (transaction) => {
      if (unique !== undefined)
        await transaction(tables[kind])
          .whereIn(unique, rows.map((row) => row[unique]) as string[])
          .delete();
      for (let at = 0; at < rows.length; at += rowsAtOnce)
        await transaction(tables[kind]).insert(rows.slice(at, at + rowsAtOnce));
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
    insert: (kind, records) =>
      insert(
        kind,
        records.map((copied) => formOf(kind).toRow(copied)),
      ),
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
