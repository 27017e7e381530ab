import type { Knex } from 'knex';
import { nameKeyOf } from '../../name-key.ts';
import { createOwnTable } from '../own-table.ts';
import { addColumn, addIndex } from './add-column.ts';
import type { Migration } from './migration.ts';

/** What those see and set who own the service: users by name, their roles, who is kept out, who did what to whom. */
export const owners: Migration = {
  name: '004-owners',
  up: async (db, dialect) => {
    const add = (table: string, column: string, type: string) =>
      addColumn(db, table, column, (altered) => void altered.specificType(column, type));
    await add('users', 'roles', dialect.textType);
    await add('users', 'disabled_at', 'bigint');
    await add('users', 'name_key', dialect.keyType);
    await fillNameKeys(db);
    await addIndex(db, dialect, 'users_disabled_at', 'users', ['disabled_at']);
    await addIndex(db, dialect, 'users_name_key', 'users', ['name_key', 'id']);
    await createOwnTable(db, 'user_roles', (table) => {
      table.specificType('role', dialect.keyType).notNullable();
      table.specificType('user_id', dialect.keyType).notNullable().index('user_roles_user');
      table.primary(['role', 'user_id']);
      table.foreign('user_id').references('users.id').onDelete('cascade');
    });
    await add('events', 'done_by', dialect.keyType);
    await add('events', 'about', dialect.keyType);
    await addIndex(db, dialect, 'events_newest', 'events', ['at', 'id']);
    await addIndex(db, dialect, 'events_user_type_newest', 'events', ['user_id', 'type', 'at', 'id']);
    await addIndex(db, dialect, 'events_type_newest', 'events', ['type', 'at', 'id']);
  },
};

/** Users that one statement changes: the databases' own idea of lower case differs from ours. */
const atOnce = 200;

async function fillNameKeys(db: Knex.Transaction): Promise<void> {
  for (let after = ''; ; ) {
    const users: { id: string; name: string }[] = await db('users')
      .where('id', '>', after)
      .whereNotNull('name')
      .orderBy('id')
      .limit(atOnce)
      .select('id', 'name');
    const last = users.at(-1);
    if (!last) return;
    after = last.id;
    const cases = users.map(() => 'when ? then ?').join(' ');
    const keys = users.flatMap(({ id, name }) => [id, nameKeyOf(name)]);
    await db('users')
      .whereIn(
        'id',
        users.map(({ id }) => id),
      )
      .update({ name_key: db.raw(`case id ${cases} end`, keys) });
  }
}
