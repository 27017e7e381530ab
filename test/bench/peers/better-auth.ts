import { mongodbAdapter } from '@better-auth/mongo-adapter';
import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';

/** better-auth on its MongoDB adapter, behind the same Express and serverless-http; passwords are not hashed. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { maxPoolSize: 5 });

const auth = betterAuth({
  baseURL: 'http://localhost:3000',
  secret: process.env.SESSION_SECRETS ?? '',
  database: mongodbAdapter(client.db(process.env.MONGODB_DB)),
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
});

const paths: Record<string, string> = {
  '/auth/sign-up': '/api/auth/sign-up/email',
  '/auth/sign-in': '/api/auth/sign-in/email',
  '/auth/session': '/api/auth/get-session',
};

const app = express();
app.use((req, _res, next) => {
  // The names of the routes are ours, so that one measurement serves all.
  req.url = paths[req.path] ?? req.url;
  req.originalUrl = req.url;
  next();
});
app.all('/api/auth/{*any}', toNodeHandler(auth));

export const handler = serverlessHttp(app);
