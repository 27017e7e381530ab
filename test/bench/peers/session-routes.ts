import { Router } from 'express';
import type {} from 'express-session';
import type { Collection } from 'mongodb';

interface PeerUser {
  _id: string;
  email: string;
}

/** The routes that the measurements call, as an application on stock express-session writes them. No hash. */
export function sessionRoutes(users: Collection<PeerUser>): Router {
  const router = Router();

  const enter = async (email: string) =>
    users.findOneAndUpdate(
      { email },
      { $setOnInsert: { email, name: 'Ada', createdAt: new Date() } },
      { upsert: true, returnDocument: 'after' },
    );

  router.post('/auth/sign-up', async (req, res) => {
    Reflect.set(req.session, 'user', await enter(req.body.email));
    res.status(201).json({ ok: true });
  });

  router.post('/auth/sign-in', async (req, res, next) => {
    const user = await users.findOne({ email: req.body.email });
    req.session.regenerate((error) => {
      if (error) return next(error);
      Reflect.set(req.session, 'user', user);
      res.json({ user });
    });
  });

  router.get('/auth/session', (req, res) => {
    const user = Reflect.get(req.session, 'user');
    if (user) res.json({ user });
    else res.status(401).json({});
  });

  return router;
}
