import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import serverlessHttp from 'serverless-http';

const paths: Record<string, string> = {
  '/auth/sign-up': '/api/auth/sign-up/email',
  '/auth/sign-in': '/api/auth/sign-in/email',
  '/auth/session': '/api/auth/get-session',
};

/** What `prepare` does is done before the first person signs up. */
type Prepare = (options: BetterAuthOptions) => Promise<unknown>;

/** better-auth on a database, behind the same Express and serverless-http; passwords are not hashed. */
export function betterAuthHandler(database: BetterAuthOptions['database'], prepare?: Prepare) {
  const auth = betterAuth({
    baseURL: 'http://localhost:3000',
    secret: process.env.SESSION_SECRETS ?? '',
    database,
    emailAndPassword: {
      enabled: true,
      password: {
        hash: async (password) => password,
        verify: async ({ hash, password }) => hash === password,
      },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
  let prepared: Promise<unknown> | undefined;
  const app = express();
  app.post('/auth/sign-up', async (_req, _res, next) => {
    prepared ??= prepare?.(auth.options);
    await prepared;
    next();
  });
  app.use((req, _res, next) => {
    // The names of the routes are ours, so that one measurement serves all.
    req.url = paths[req.path] ?? req.url;
    req.originalUrl = req.url;
    next();
  });
  app.all('/api/auth/{*any}', toNodeHandler(auth));
  return serverlessHttp(app);
}
