import MongoStore from 'connect-mongo';
import express from 'express';
import session from 'express-session';
import { MongoClient } from 'mongodb';
import serverlessHttp from 'serverless-http';
import type { TestHandler } from './events/client.ts';
import type { Gate } from './gates.ts';
import { sessionData, sessionRoutes } from './session-routes.ts';

type StoreOptions = ConstructorParameters<typeof MongoStore>[0];

/** Sessions as the libraries' own documentation sets them up, to compare with. */
export interface StockInstance {
  handler: TestHandler;
  /** Resolves once the store has made its index. */
  ready(): Promise<void>;
  end(): Promise<void>;
}

/**
 * One instance of an app on express-session and connect-mongo as their READMEs show it, run by serverless-http:
 * the options are those of "Lazy session update" without `touchAfter`, sign-in and sign-out those of "User login".
 * It answers {@link sessionRoutes}, and `POST /enter`, `POST /leave` and `GET /who` as `sessionApp` does.
 */
export function startStock(options: StoreOptions, gate?: Gate): StockInstance {
  const store = MongoStore.create(options);
  const app = express();
  app.set('env', 'test');
  app.use(session({ secret: 'keyboard cat', resave: false, saveUninitialized: false, store }));
  app.post('/enter', (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      sessionData(req).user = crypto.randomUUID();
      req.session.save((failed) => (failed ? next(failed) : res.json({ user: sessionData(req).user })));
    });
  });
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
  return {
    handler: serverlessHttp(app) as TestHandler,
    ready: () =>
      new Promise((resolve, reject) => store.length((error) => (error ? reject(error) : resolve()))),
    end: () => store.close(),
  };
}

/** A client for `clientPromise`, whose commands can be watched. */
export function stockClient(uri: string): MongoClient {
  return new MongoClient(uri, { monitorCommands: true });
}
