import { sendScript } from '../../web/page/page-script.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { passkeyScript } from '../shared/passkey-script.ts';
import * as api from './page-operations.ts';

/** The route of the script that pages name. */
export function passkeyScriptRoutes() {
  return operationRouter([
    implement(api.passkeyScriptFile, async ({ params, res }) => {
      sendScript(res, passkeyScript, params.hash);
    }),
  ]);
}
