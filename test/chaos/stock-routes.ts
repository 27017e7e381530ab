import express from 'express';
import session, { type Store } from 'express-session';
import serverlessHttp from 'serverless-http';

/** The users of the stock app; passwords in plain. */
export interface StockUsers {
  insert(user: { email: string; password: string }): Promise<string>;
  find(email: string, password: string): Promise<string | undefined>;
  /** Asks the database for somebody, whoever that is. */
  ask(): Promise<unknown>;
}

/** The same routes on stock express-session and one of its stores, as tutorials write them. */
export function stockHandler(store: Store, users: StockUsers) {
  const app = express();
  app.use(express.json());
  const secret = process.env.SESSION_SECRETS ?? '';
  app.use(session({ secret, resave: false, saveUninitialized: false, store }));
  const data = (req: express.Request) =>
    req.session as unknown as { user?: { id: string; email: string }; views?: number };

  app.post('/auth/sign-up', async (req, res) => {
    const { email, password } = req.body;
    data(req).user = { id: await users.insert({ email, password }), email };
    res.status(201).json({ user: data(req).user });
  });
  app.post('/auth/sign-in', async (req, res, next) => {
    const { email, password } = req.body;
    const id = await users.find(email, password);
    if (id === undefined) return void res.status(401).json({});
    req.session.regenerate((error) => {
      if (error) return next(error);
      data(req).user = { id, email };
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
    await users.ask();
    res.json({ user });
  });
  return serverlessHttp(app);
}
