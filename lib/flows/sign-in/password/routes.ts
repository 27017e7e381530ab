import type { ConfigFor } from '../../../base/config.ts';
import { implement, operationRouter } from '../../../web/router.ts';
import { viewOf } from '../../shared/session-view.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import { userView } from '../../shared/user-view.ts';
import * as api from './operations.ts';
import { createPasswordWayIn, type PasswordWayInOptions } from './way-in.ts';

export interface PasswordRoutesOptions extends PasswordWayInOptions {
  config: PasswordWayInOptions['config'] & ConfigFor<'sessions'>;
  sessions: SignIn;
}

/** The route `/auth/sign-in`. */
export function passwordRoutes(options: PasswordRoutesOptions) {
  const { config, sessions } = options;
  const wayIn = createPasswordWayIn(options);

  const signIn = implement(api.signIn, async ({ body, req, res }) => {
    const proof = await wayIn.prove(body, req);
    const waiting = await sessions.complete(req, proof);
    if (waiting) res.status(202).json(waiting);
    else res.json({ user: userView(proof.credentials.user), session: viewOf(req, config) });
  });

  return operationRouter([signIn]);
}
