import * as api from '../api/auth.ts';
import { implement, operationRouter } from '../http/operations.ts';
import { notSignedIn } from '../problem.ts';
import type { AuthServices } from '../services.ts';
import { viewOf } from '../session/sign-in.ts';
import { requireSignedIn } from '../session/signed-in.ts';
import { userView } from '../users/view.ts';

/** Routes of `/auth`: sign up, sign in, sign out, and who is signed in. */
export function authRoutes({ config, knownUsers, access }: AuthServices) {
  const signUp = implement(api.signUp, async ({ body, req, res }) => {
    const user = await access.signUp(req, body);
    if (!user) return void res.status(202).end();
    res.status(201).json({ user: userView(user), session: viewOf(req, config) });
  });

  const signIn = implement(api.signIn, async ({ body, req, res }) => {
    const user = await access.signIn(req, body);
    res.json({ user: userView(user), session: viewOf(req, config) });
  });

  const signOut = implement(api.signOut, async ({ req, res }) => {
    await access.signOut(req, res);
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });

  const getSession = implement(api.getSession, async ({ req, res }) => {
    const signedIn = requireSignedIn(req);
    const user = await knownUsers.find(signedIn.userId, signedIn.userRevision);
    if (!user) throw notSignedIn();
    res.json({ user: userView(user), session: viewOf(req, config) });
  });

  return operationRouter([signUp, signIn, signOut, getSession]);
}
