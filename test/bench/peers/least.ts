import express from 'express';
import session, { type SessionData, Store } from 'express-session';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';

/** The floor with express-session before it: the least that any answer costs which knows a session by a signed cookie. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { maxPoolSize: 5 });
const documents = client.db(process.env.MONGODB_DB).collection<{ _id: string }>('least');

type Callback = (error?: unknown) => void;

class LeastStore extends Store {
  override get(id: string, callback: (error: unknown, found?: SessionData | null) => void): void {
    documents.findOne<SessionData & { _id: string }>({ _id: id }).then(
      (found) => callback(null, found),
      (error: unknown) => callback(error),
    );
  }

  override set(id: string, data: SessionData, callback: Callback = () => undefined): void {
    const kept = { ...data, cookie: { originalMaxAge: null } };
    documents.replaceOne({ _id: id }, kept, { upsert: true }).then(() => callback(), callback);
  }

  override destroy(id: string, callback: Callback = () => undefined): void {
    documents.deleteOne({ _id: id }).then(() => callback(), callback);
  }
}

const app = express();
app.use(
  session({
    store: new LeastStore(),
    secret: process.env.SESSION_SECRETS ?? '',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);
app.get('/auth/session', (req, res) => {
  const { user, signedInAt } = req.session as SessionData & { user?: unknown; signedInAt?: unknown };
  if (!user) res.status(401).end();
  else res.json({ user, session: { signedInAt } });
});
app.post('/auth/sign-up', (req, res) => {
  const user = { id: 'x'.repeat(22), email: 'ada@example.com', name: 'Ada', emailVerified: false };
  Object.assign(req.session, { user, signedInAt: new Date() });
  res.status(201).json({ user });
});

export const handler = serverlessHttp(app);
