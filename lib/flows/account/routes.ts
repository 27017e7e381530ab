import type { Activity } from '../../activity/activity.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { requireUser } from '../../web/session/require-user.ts';
import type { EmailAddresses } from '../email-address/service.ts';
import { deviceName } from '../shared/device-name.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';
import type { PasswordChange } from './password-change.ts';
import type { Accounts } from './service.ts';

export interface AccountRoutesOptions {
  accounts: Accounts;
  passwordChange: PasswordChange;
  emailAddresses: EmailAddresses;
  activity: Activity;
}

/** Routes of `/account`: who one is, password, e-mail address, leaving, export and activity. */
export function accountRoutes({ accounts, passwordChange, emailAddresses, activity }: AccountRoutesOptions) {
  const get = implement(api.getAccount, async ({ req, res }) => {
    res.json({ user: userView(await accounts.get(req)) });
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

  const changeEmail = implement(api.changeEmail, async ({ body, req, res }) => {
    await emailAddresses.requestChange(req, body);
    res.status(202).end();
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

  const listActivity = implement(api.listActivity, async ({ query, req, res }) => {
    const { events, next } = await activity.list(requireUser(req).userId, query);
    const readable = events.map((event) => ({ ...event, userAgent: deviceName(event.userAgent) }));
    res.json({ events: readable, next });
  });

  return operationRouter([get, change, changePassword, changeEmail, remove, download, listActivity]);
}
