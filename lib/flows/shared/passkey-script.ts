import { pageScript } from '../../web/page/page-script.ts';
import { usePasskeys } from './use-passkeys.ts';

/** The one script there is, of the pages that show and make passkeys. */
export const passkeyScript = pageScript('passkeys', usePasskeys);
