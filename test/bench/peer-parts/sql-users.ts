import type { Knex } from 'knex';
import type { PeerUsers } from './session-routes.ts';

/** Users in a table, which is made when the first signs up. */
export function sqlUsers(knex: Knex): PeerUsers {
  let made: Promise<unknown> | undefined;

  async function make(): Promise<void> {
    if (await knex.schema.hasTable('users')) return;
    await knex.schema.createTable('users', (table) => {
      table.increments('id');
      table.string('email').unique();
      table.string('name');
      table.string('created_at');
    });
  }

  const find = (email: string) => knex('users').where({ email }).first();
  return {
    enter: async (email) => {
      made ??= make();
      await made;
      const user = { email, name: 'Ada', created_at: new Date().toISOString() };
      await knex('users').insert(user).onConflict('email').ignore();
      return find(email);
    },
    find,
  };
}
