import type { FieldsChange } from '../records.ts';
import type { Db, Sql } from './client.ts';
import { fieldsIn } from './session-fields.ts';

/**
 * Changes fields of a session here, while its row is locked, so that no other change is lost: for so many that the
 * database would take seconds.
 *
 * @returns false where the session is gone.
 */
export async function changeLocked(
  db: Db,
  { dialect, tables }: Pick<Sql, 'dialect' | 'tables'>,
  id: string,
  { set, unset }: FieldsChange,
): Promise<boolean> {
  const table = `"${tables.sessions}"`;
  return db.transaction(async () => {
    const [row] = dialect.rowsOf(await db.raw(`select data from ${table} where id = ? for update`, [id]));
    if (row) {
      const values = new Map([...fieldsIn(row.data)].map(([name, { value }]) => [name, value]));
      for (const [name, value] of set) values.set(name, value);
      for (const name of unset) values.delete(name);
      const data = JSON.stringify(Object.fromEntries(values));
      await db.raw(`update ${table} set data = ? where id = ?`, [data, id]);
    }
    return row !== undefined;
  });
}
