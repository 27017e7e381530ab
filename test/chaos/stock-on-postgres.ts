import { ConnectSessionKnexStore } from 'connect-session-knex';
import knexPackage from 'knex';
import PostgresClient from 'knex/lib/dialects/postgres/index.js';
import { stockHandler } from './stock-routes.ts';

const knex = knexPackage.knex({
  // Knex's own client, which a bundle does not find by its name.
  client: PostgresClient,
  connection: process.env.DATABASE_URL ?? '',
  acquireConnectionTimeout: 3000,
});

export const handler = stockHandler(new ConnectSessionKnexStore({ knex }), {
  insert: async (user) => String((await knex('users').insert(user, 'id'))[0].id),
  find: async (email, password) => {
    const user = await knex('users').where({ email, password }).first('id');
    return user && String(user.id);
  },
  ask: () => knex('users').where({ email: 'nobody' }).first('id'),
});
