import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { answerRenewed } from '../shared/session-view.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';
import type { PasswordChange } from './password-change.ts';
import type { Accounts } from './service.ts';

export interface AccountRoutesOptions {
  config: Pick<Config, 'sessionSecrets'>;
  accounts: Accounts;
  passwordChange: PasswordChange;
  /** Ends the password of whoever is signed in, and has another way in. */
  removePassword(req: Request): Promise<void>;
}

/** Routes of `/account`: who one is, password, leaving and export. */
export function accountRoutes({ config, accounts, passwordChange, ...options }: AccountRoutesOptions) {
  const get = implement(api.getAccount, async ({ req, res }) => {
    res.json({ user: userView(accounts.get(req)) });
  });

  const change = implement(api.changeAccount, async ({ body, req, res }) => {
    res.json({ user: userView(await accounts.rename(req, body.name)) });
  });

  const changeLanguage = implement(api.changeLanguage, async ({ body, req, res }) => {
    await accounts.chooseLanguage(req, body.language);
    res.status(204).end();
  });

  const changePassword = implement(
    api.changePassword,
    async ({ body, req, res }) => {
      await passwordChange.change(req, body);
      answerRenewed(req, res, config);
    },
    passwordChange.isRepeat,
  );

  const removePassword = implement(api.removePassword, async ({ req, res }) => {
    await options.removePassword(req);
    answerRenewed(req, res, config);
  });

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

  return operationRouter([get, change, changeLanguage, changePassword, removePassword, remove, download]);
}
