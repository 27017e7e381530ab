import express from 'express';
import session, { type CookieOptions, type Store } from 'express-session';
import serverlessHttp from 'serverless-http';
import type { TestHandler } from '../events/client.ts';
import type { Gate } from '../gates.ts';
import { sessionData, sessionRoutes } from '../session-routes.ts';

/** A user as an application reads it from its database. */
export const wholeUser = {
  email: 'ada@example.com',
  passwordHash: '$2b$10$abcdefghijklmnopqrstuuAbCdEfGhIjKlMnOpQrStUvWxYz01234',
};

/**
 * An app on express-session and one of its stores as their READMEs show them, run by serverless-http: the options
 * are those of "Lazy session update" without `touchAfter`, sign-in and sign-out those of "User login".
 * It answers {@link sessionRoutes}, and `POST /enter`, `POST /leave` and `GET /who` as `sessionApp` does;
 * `POST /enter/whole` signs in {@link wholeUser} by putting it into the session.
 */
export function stockApp(store: Store, cookie: CookieOptions, gate?: Gate): TestHandler {
  const app = express();
  app.set('env', 'test');
  app.use(session({ secret: 'keyboard cat', resave: false, saveUninitialized: false, store, cookie }));
  const enter = (who: () => unknown): express.RequestHandler => {
    return (req, res, next) => {
      req.session.regenerate((error) => {
        if (error) return next(error);
        sessionData(req).user = who();
        req.session.save((failed) => (failed ? next(failed) : res.json({ user: sessionData(req).user })));
      });
    };
  };
  app.post(
    '/enter',
    enter(() => crypto.randomUUID()),
  );
  app.post(
    '/enter/whole',
    enter(() => wholeUser),
  );
  app.post('/leave', (req, res, next) => {
    sessionData(req).user = null;
    req.session.save((error) => {
      if (error) return next(error);
      req.session.regenerate((failed) => (failed ? next(failed) : res.status(204).end()));
    });
  });
  app.get('/who', (req, res) => {
    const { user } = sessionData(req);
    res.status(user ? 200 : 401).json({ user: user ?? null });
  });
  app.use(sessionRoutes(gate));
  return serverlessHttp(app) as TestHandler;
}
