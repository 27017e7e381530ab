import type { ConfigFor } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { currentUser } from '../../web/session/require-user.ts';
import { viewOf } from '../shared/sign-in.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';
import type { Access } from './service.ts';

export interface SignInRoutesOptions {
  config: ConfigFor<'sessions'>;
  access: Access;
}

/** Routes of `/auth`: sign in, sign out, and who is signed in. */
export function signInRoutes({ config, access }: SignInRoutesOptions) {
  const signIn = implement(api.signIn, async ({ body, req, res }) => {
    const user = await access.signIn(req, body);
    res.json({ user: userView(user), session: viewOf(req, config) });
  });

  const signOut = implement(api.signOut, async ({ req, res }) => {
    await access.signOut(req, res);
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });

  const getSession = implement(api.getSession, async ({ req, res }) => {
    res.json({ user: userView(currentUser(req)), session: viewOf(req, config) });
  });

  return operationRouter([signIn, signOut, getSession]);
}
