import * as api from '../api/auth.ts';
import { implement, operationRouter } from '../http/operations.ts';
import { notSignedIn, Problem } from '../problem.ts';
import type { AuthServices } from '../services.ts';
import { requireSignedIn, viewOf } from '../session/sign-in.ts';
import { checkCredentials } from '../users/credentials.ts';
import { userView } from '../users/view.ts';

/** Routes of `/auth`: sign up, sign in, sign out, and who is signed in. */
export function authRoutes({ config, users, passwords, sessions, now }: AuthServices) {
  const signUp = implement(api.signUp, async ({ body, req, res }) => {
    await users.requireFreeEmail(body.email);
    const passwordHash = await passwords.hash(body.password);
    const { email, name = null } = body;
    const credentials = await users.insert({ email, name, passwordHash, createdAt: now() });
    await sessions.signIn(req, credentials, 'sign_up');
    res.status(201).json({ user: userView(credentials.user), session: viewOf(req, config) });
  });

  const signIn = implement(api.signIn, async ({ body, req, res }) => {
    const credentials = await checkCredentials({ users, passwords }, body.email, body.password);
    if (!credentials)
      throw new Problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong.');
    await sessions.signIn(req, credentials, 'password');
    res.json({ user: userView(credentials.user), session: viewOf(req, config) });
  });

  const signOut = implement(api.signOut, async ({ req, res }) => {
    await sessions.signOut(req, res);
    res.status(204).set('Clear-Site-Data', '"cache", "storage"').end();
  });

  const getSession = implement(api.getSession, async ({ req, res }) => {
    const user = await users.findById(requireSignedIn(req).userId);
    if (!user) throw notSignedIn();
    res.json({ user: userView(user), session: viewOf(req, config) });
  });

  return operationRouter([signUp, signIn, signOut, getSession]);
}
