import type { Config } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { newToken } from '../../web/session/by-token.ts';
import { answerRenewed } from '../shared/session-view.ts';
import * as api from './operations.ts';
import type { PasskeyChanges } from './passkey-changes.ts';

export interface AccountPasskeyRoutesOptions {
  config: Pick<Config, 'sessionSecrets'>;
  passkeyChanges: PasskeyChanges;
}

/** Routes of `/account`: somebody's own passkeys. */
export function accountPasskeyRoutes({ config, passkeyChanges }: AccountPasskeyRoutesOptions) {
  const begin = implement(api.passkeyCreationOptions, async ({ req, res }) => {
    res.json(await passkeyChanges.begin(req));
  });

  const add = implement(api.addPasskey, async ({ body, req, res }) => {
    const added = await passkeyChanges.add(req, body);
    res.status(201).json({ ...added, ...newToken(req, config) });
  });

  const rename = implement(api.renamePasskey, async ({ params, body, req, res }) => {
    res.json({ passkey: await passkeyChanges.rename(req, params.id, body.name) });
  });

  const remove = implement(api.removePasskey, async ({ params, req, res }) => {
    await passkeyChanges.remove(req, params.id);
    answerRenewed(req, res, config);
  });

  return operationRouter([begin, add, rename, remove]);
}
