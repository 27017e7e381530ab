import type { ConfigFor } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { currentUser, waitingOn } from '../../web/session/require-user.ts';
import { shared } from '../shared/manifest.ts';
import { viewOf } from '../shared/session-view.ts';
import type { SignIn } from '../shared/sign-in.ts';
import { userView } from '../shared/user-view.ts';
import * as api from './operations.ts';

export interface SignInRoutesOptions {
  config: ConfigFor<'sessions'>;
  sessions: SignIn;
}

/** Routes of `/auth` whatever the way in: sign out, and who is signed in. */
export function signInRoutes({ config, sessions }: SignInRoutesOptions) {
  const signOut = implement(api.signOut, async ({ req, res }) => {
    await sessions.signOut(req, res);
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });

  const getSession = implement(api.getSession, async ({ req, res }) => {
    if (waitingOn(req))
      throw new Problem(shared.problems.second_factor_needed, 'Show your second factor first.');
    res.json({ user: userView(currentUser(req)), session: viewOf(req, config) });
  });

  return operationRouter([signOut, getSession]);
}
