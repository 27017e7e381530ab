import { readConfig } from '../../../lib/config.ts';
import { apiApp } from '../../../lib/http/api-app.ts';
import { httpHandler } from '../../../lib/lambda/http-handler.ts';
import { authRoutes } from '../../../lib/routes/auth.ts';
import { createAuthServices } from '../../../lib/services.ts';
import type { Passwords } from '../../../lib/users/passwords.ts';

/** This product, but for the hash: what of a sign-in is ours, beside bcrypt. For measuring only. */
const passwords: Passwords = {
  hash: async (password) => password,
  verify: async (password, stored) => ({ matches: password === stored, outdated: false }),
  verifyNothing: async () => false,
};

const services = createAuthServices(readConfig(process.env), { passwords });

export const handler = httpHandler(apiApp(services, authRoutes(services)));
