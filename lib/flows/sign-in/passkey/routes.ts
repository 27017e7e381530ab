import type { ConfigFor } from '../../../base/config.ts';
import { implement, operationRouter } from '../../../web/router.ts';
import { noteTransport } from '../../../web/session/by-token.ts';
import { signedInAnswer } from '../../shared/session-view.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import * as api from './operations.ts';
import { createPasskeyWayIn, type PasskeyWayInOptions } from './way-in.ts';

export interface PasskeyRoutesOptions extends PasskeyWayInOptions {
  config: PasskeyWayInOptions['config'] & ConfigFor<'sessions'>;
  sessions: SignIn;
}

/** The routes `/auth/passkey` and below. */
export function passkeyRoutes(options: PasskeyRoutesOptions) {
  const { config, sessions, passkeys, passkeyChallenges } = options;
  const wayIn = createPasskeyWayIn(options);

  const begin = implement(api.passkeySignInOptions, async ({ body, req, res }) => {
    noteTransport(req, body);
    res.json(await passkeys.requestOptions(passkeyChallenges.begin(req, 'sign_in')));
  });

  const signIn = implement(api.passkeySignIn, async ({ body, req, res }) => {
    noteTransport(req, body);
    const proof = await wayIn.prove(body, req);
    await sessions.complete(req, proof);
    res.json(signedInAnswer(req, proof.credentials.user, config));
  });

  return operationRouter([begin, signIn]);
}
