import express from 'express';
import serverlessHttp from 'serverless-http';
import { knexOn } from '../../support/knex-on.ts';

/** The least that any answer from the database of DATABASE_URL costs: the same Express and serverless-http, one `select`. */
const knex = knexOn(process.env.DATABASE_URL ?? '', 5);

const app = express();
app.get('/auth/session', async (_req, res) => {
  const found = await knex('floor').where({ id: 'floor' }).first('body');
  res.json(typeof found?.body === 'string' ? JSON.parse(found.body) : (found?.body ?? null));
});
app.post('/auth/sign-up', async (_req, res) => {
  const user = { id: 'x'.repeat(22), email: 'ada@example.com', name: 'Ada', emailVerified: false };
  const session = {
    id: 'y'.repeat(43),
    createdAt: new Date(),
    idleExpiresAt: new Date(),
    expiresAt: new Date(),
  };
  const body = JSON.stringify({ user: { ...user, createdAt: new Date() }, session });
  await knex.schema.dropTableIfExists('floor');
  await knex.schema.createTable('floor', (table) => {
    table.string('id').primary();
    table.json('body');
  });
  await knex('floor').insert({ id: 'floor', body });
  res.status(201).cookie('floor', 'none').json({});
});

export const handler = serverlessHttp(app);
