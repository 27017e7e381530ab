import { authFunction } from '../../../lib/functions/auth.ts';
import { readConfig } from '../../../lib/store/read-config.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';

/** This product, but for the hash: what of a sign-in is ours, beside bcrypt. For measuring only. */
export const handler = authFunction(readConfig(process.env), { passwords: quickPasswords });
