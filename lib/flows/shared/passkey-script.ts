import { pageScript } from '../../web/page/page-script.ts';
import { showPasswords } from './show-passwords.ts';
import { usePasskeys } from './use-passkeys.ts';

/** The one script there is, of the pages that show and make passkeys, and of those with a password to type. */
export const passkeyScript = pageScript('passkeys', showPasswords, usePasskeys);
