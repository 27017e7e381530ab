import type { ConfigFor } from '../../../base/config.ts';
import { implement, operationRouter } from '../../../web/router.ts';
import { newToken, noteTransport } from '../../../web/session/by-token.ts';
import { signedInAnswer } from '../../shared/session-view.ts';
import type { SignIn } from '../../shared/sign-in.ts';
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
    noteTransport(req, body);
    const proof = await wayIn.prove(body, req);
    const waiting = await sessions.complete(req, proof);
    if (waiting) res.status(202).json({ ...waiting, ...newToken(req, config) });
    else res.json(signedInAnswer(req, proof.credentials.user, config));
  });

  return operationRouter([signIn]);
}
