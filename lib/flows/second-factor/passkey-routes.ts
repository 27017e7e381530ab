import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';
import type { PasskeyChanges } from './passkey-changes.ts';

export interface AccountPasskeyRoutesOptions {
  passkeyChanges: PasskeyChanges;
}

/** Routes of `/account`: somebody's own passkeys. */
export function accountPasskeyRoutes({ passkeyChanges }: AccountPasskeyRoutesOptions) {
  const begin = implement(api.passkeyCreationOptions, async ({ req, res }) => {
    res.json(await passkeyChanges.begin(req));
  });

  const add = implement(api.addPasskey, async ({ body, req, res }) => {
    res.status(201).json(await passkeyChanges.add(req, body));
  });

  const rename = implement(api.renamePasskey, async ({ params, body, req, res }) => {
    res.json({ passkey: await passkeyChanges.rename(req, params.id, body.name) });
  });

  const remove = implement(api.removePasskey, async ({ params, req, res }) => {
    await passkeyChanges.remove(req, params.id);
    res.status(204).end();
  });

  return operationRouter([begin, add, rename, remove]);
}
