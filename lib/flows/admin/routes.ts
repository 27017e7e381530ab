import type { Activity } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { deviceName } from '../shared/device-name.ts';
import { factorsView } from '../shared/factors-view.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';
import type { FoundUser, UserAdministration } from './service.ts';

export interface AdminRoutesOptions {
  config: Pick<Config, 'oidcProviders'>;
  userAdministration: UserAdministration;
  activity: Activity;
}

/** Routes of `/admin`, for an app that lets administrators alone in. */
export function adminRoutes({ config, userAdministration: admin, activity }: AdminRoutesOptions) {
  const list = implement(api.listUsers, async ({ query, res }) => {
    const disabled = query.disabled === undefined ? undefined : query.disabled === 'true';
    const { users, next } = await admin.list({ ...query, disabled });
    res.json({ users: users.map(foundView), next });
  });

  const invite = implement(api.inviteUser, async ({ body, req, res }) => {
    const user = await admin.invite(req, body);
    res.status(201).json({ user: foundView({ user, disabled: false }) });
  });

  const show = implement(api.getUser, async ({ params, res }) => {
    const { locked, sessions, factors, lastSignInAt, ...found } = await admin.show(params.id);
    const devices = sessions.map((each) => ({ ...each, userAgent: deviceName(each.userAgent) }));
    const more = { locked, sessions: devices, factors: factorsView(factors, config), lastSignInAt };
    res.json({ user: { ...foundView(found), ...more } });
  });

  const change = implement(api.changeUser, async ({ params, body, req, res }) => {
    res.json({ user: foundView(await admin.change(req, res, params.id, body)) });
  });

  const remove = implement(api.deleteUser, async ({ params, req, res }) => {
    await admin.erase(req, res, params.id);
    res.status(204).end();
  });

  const endSessions = implement(api.endUserSessions, async ({ params, req, res }) => {
    await admin.endSessions(req, res, params.id);
    res.status(204).end();
  });

  const removeFactors = implement(api.removeUserFactors, async ({ params, req, res }) => {
    await admin.removeFactors(req, res, params.id);
    res.status(204).end();
  });

  const unlock = implement(api.unlockUser, async ({ params, req, res }) => {
    await admin.unlock(req, params.id);
    res.status(204).end();
  });

  const reset = implement(api.sendPasswordReset, async ({ params, req, res }) => {
    await admin.sendReset(req, params.id);
    res.status(202).end();
  });

  const events = implement(api.searchActivity, async ({ query, res }) => {
    const { user: userId, type, ...page } = query;
    const { events: found, next } = await activity.search({ userId, type }, page);
    res.json({ events: found.map((each) => ({ ...each, userAgent: deviceName(each.userAgent) })), next });
  });

  const ofOne = [show, change, remove, endSessions, removeFactors, unlock, reset];
  return operationRouter([list, invite, ...ofOne, events]);
}

function foundView({ user, disabled }: FoundUser) {
  return { ...userView(user), disabled };
}
