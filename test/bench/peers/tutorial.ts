import MongoStore from 'connect-mongo';
import express from 'express';
import session from 'express-session';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';
import { mongoUsers } from '../peer-parts/mongo-users.ts';
import { sessionRoutes } from '../peer-parts/session-routes.ts';

/** What tutorials show: a store made from the connection string, default options, every visitor a session. */
const mongoUrl = process.env.MONGODB_URI ?? '';
const dbName = process.env.MONGODB_DB ?? '';
const client = new MongoClient(mongoUrl);

const app = express();
app.use(express.json());
app.use(
  session({
    secret: process.env.SESSION_SECRETS ?? '',
    resave: true,
    saveUninitialized: true,
    store: MongoStore.create({ mongoUrl, dbName }),
  }),
);
app.use(sessionRoutes(mongoUsers(client.db(dbName).collection('users'))));

export const handler = serverlessHttp(app);
