import type { ConfigFor } from '../../../base/config.ts';
import { implement, operationRouter } from '../../../web/router.ts';
import { noteTransport } from '../../../web/session/by-token.ts';
import { signedInAnswer } from '../../shared/session-view.ts';
import * as api from './operations.ts';
import type { SignUps } from './service.ts';

export interface SignUpRoutesOptions {
  config: ConfigFor<'sessions'>;
  signUps: SignUps;
}

/** The route `/auth/sign-up`. */
export function signUpRoutes({ config, signUps }: SignUpRoutesOptions) {
  const signUp = implement(api.signUp, async ({ body, req, res }) => {
    noteTransport(req, body);
    const user = await signUps.signUp(req, body);
    if (!user) return void res.status(202).end();
    res.status(201).json(signedInAnswer(req, user, config));
  });

  return operationRouter([signUp]);
}
