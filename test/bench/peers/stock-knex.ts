import { ConnectSessionKnexStore } from 'connect-session-knex';
import express from 'express';
import session from 'express-session';
import serverlessHttp from 'serverless-http';
import { knexOn } from '../../support/knex-on.ts';
import { sessionRoutes } from '../peer-parts/session-routes.ts';
import { sqlUsers } from '../peer-parts/sql-users.ts';

/** express-session with connect-session-knex as their READMEs show them, on the database of DATABASE_URL. */
const knex = knexOn(process.env.DATABASE_URL ?? '', 5);

const app = express();
app.use(express.json());
app.use(
  session({
    secret: process.env.SESSION_SECRETS ?? '',
    resave: false,
    saveUninitialized: false,
    // With an age, as every example has it: without one a session ends after a day, in use or not.
    cookie: { maxAge: 86_400_000 },
    store: new ConnectSessionKnexStore({ knex }),
  }),
);
app.use(sessionRoutes(sqlUsers(knex)));

export const handler = serverlessHttp(app);
