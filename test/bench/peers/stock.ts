import MongoStore from 'connect-mongo';
import express from 'express';
import session from 'express-session';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';
import { mongoUsers } from '../peer-parts/mongo-users.ts';
import { sessionRoutes } from '../peer-parts/session-routes.ts';

/** express-session with connect-mongo as their READMEs show them, on one client. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { maxPoolSize: 5 });
const dbName = process.env.MONGODB_DB ?? '';

const app = express();
app.use(express.json());
app.use(
  session({
    secret: process.env.SESSION_SECRETS ?? '',
    resave: false,
    saveUninitialized: false,
    store: MongoStore.create({ client, dbName }),
  }),
);
app.use(sessionRoutes(mongoUsers(client.db(dbName).collection('users'))));

export const handler = serverlessHttp(app);
