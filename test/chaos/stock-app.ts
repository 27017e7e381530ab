import MongoStore from 'connect-mongo';
import express from 'express';
import session from 'express-session';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';

/** The same routes on stock express-session and connect-mongo, as tutorials write them; passwords in plain. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { serverSelectionTimeoutMS: 3000 });
const dbName = process.env.MONGODB_DB ?? '';
const users = client.db(dbName).collection('users');

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
const data = (req: express.Request) =>
  req.session as unknown as { user?: { id: string; email: string }; views?: number };

app.post('/auth/sign-up', async (req, res) => {
  const { email, password } = req.body;
  const { insertedId } = await users.insertOne({ email, password });
  data(req).user = { id: String(insertedId), email };
  res.status(201).json({ user: data(req).user });
});
app.post('/auth/sign-in', async (req, res, next) => {
  const user = await users.findOne({ email: req.body.email, password: req.body.password });
  if (!user) return void res.status(401).json({});
  req.session.regenerate((error) => {
    if (error) return next(error);
    data(req).user = { id: String(user._id), email: user.email };
    res.json({ user: data(req).user });
  });
});
app.post('/auth/sign-out', (req, res, next) => {
  req.session.destroy((error) => (error ? next(error) : res.status(204).end()));
});
app.get('/auth/session', async (req, res) => {
  const { user } = data(req);
  if (!user) return void res.status(401).json({});
  // The example of express-session's README counts views.
  data(req).views = (data(req).views ?? 0) + 1;
  res.json({ user: await users.findOne({ email: 'nobody' }).then(() => user) });
});

export const handler = serverlessHttp(app);
