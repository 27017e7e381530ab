import { authFunction } from '../../../lib/functions/auth.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import type { Passwords } from '../../../lib/users/passwords.ts';

/** This product, but for the hash: what of a sign-in is ours, beside bcrypt. For measuring only. */
const passwords: Passwords = {
  hash: async (password) => password,
  verify: async (password, stored) => ({ matches: password === stored, outdated: false }),
  verifyNothing: async () => false,
};

export const handler = authFunction(readConfig(process.env), { passwords });
