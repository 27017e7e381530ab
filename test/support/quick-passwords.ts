import type { Passwords } from '../../lib/users/passwords.ts';

/** Without any hash: for tests that sign in hundreds of times and are not about passwords. */
export const quickPasswords: Passwords = {
  hash: async (password) => password,
  verify: async (password, stored) => ({ matches: password === stored, outdated: false }),
  verifyNothing: async () => false,
};
