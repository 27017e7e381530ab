import { implement, operationRouter } from '../../web/router.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';
import type { PasswordChange } from './password-change.ts';
import type { Accounts } from './service.ts';

export interface AccountRoutesOptions {
  accounts: Accounts;
  passwordChange: PasswordChange;
}

/** Routes of `/account`: who one is, password, leaving and export. */
export function accountRoutes({ accounts, passwordChange }: AccountRoutesOptions) {
  const get = implement(api.getAccount, async ({ req, res }) => {
    res.json({ user: userView(accounts.get(req)) });
  });

  const change = implement(api.changeAccount, async ({ body, req, res }) => {
    res.json({ user: userView(await accounts.rename(req, body.name)) });
  });

  const changePassword = implement(
    api.changePassword,
    async ({ body, req, res }) => {
      await passwordChange.change(req, body);
      res.status(204).end();
    },
    passwordChange.isRepeat,
  );

  const remove = implement(api.deleteAccount, async ({ body, req, res }) => {
    await accounts.leave(req, res, body);
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });

  const download = implement(api.exportAccount, async ({ req, res }) => {
    const everything = await accounts.export(req);
    res
      .attachment('account.json')
      .type('json')
      .send(JSON.stringify(everything, null, 2));
  });

  return operationRouter([get, change, changePassword, remove, download]);
}
