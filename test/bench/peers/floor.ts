import express from 'express';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';

/** The least that any answer from the database costs: the same Express and serverless-http, one bare `findOne`. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { maxPoolSize: 5 });
const documents = client.db(process.env.MONGODB_DB).collection<{ _id: string }>('floor');

const app = express();
app.get('/auth/session', async (_req, res) => {
  res.json(await documents.findOne({ _id: 'floor' }));
});
app.post('/auth/sign-up', async (_req, res) => {
  const user = { id: 'x'.repeat(22), email: 'ada@example.com', name: 'Ada', emailVerified: false };
  const session = {
    id: 'y'.repeat(43),
    createdAt: new Date(),
    idleExpiresAt: new Date(),
    expiresAt: new Date(),
  };
  await documents.replaceOne(
    { _id: 'floor' },
    { user: { ...user, createdAt: new Date() }, session },
    { upsert: true },
  );
  res.status(201).cookie('floor', 'none').json({});
});

export const handler = serverlessHttp(app);
