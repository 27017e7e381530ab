import { Router } from 'express';
import type {} from 'express-session';

/** Where an application keeps its users. */
export interface PeerUsers {
  /** Finds one, or makes it. */
  enter(email: string): Promise<unknown>;
  find(email: string): Promise<unknown>;
}

/** The routes that the measurements call, as an application on stock express-session writes them. No hash. */
export function sessionRoutes(users: PeerUsers): Router {
  const router = Router();

  router.post('/auth/sign-up', async (req, res) => {
    Reflect.set(req.session, 'user', await users.enter(req.body.email));
    res.status(201).json({ ok: true });
  });

  router.post('/auth/sign-in', async (req, res, next) => {
    const user = await users.find(req.body.email);
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
