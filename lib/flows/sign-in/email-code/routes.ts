import type { ConfigFor } from '../../../base/config.ts';
import { implement, operationRouter } from '../../../web/router.ts';
import { isByToken, newToken, noteTransport } from '../../../web/session/by-token.ts';
import { signedInAnswer } from '../../shared/session-view.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import * as api from './operations.ts';
import type { EmailCodes } from './service.ts';

export interface EmailCodeRoutesOptions {
  config: ConfigFor<'accounts' | 'sessions'>;
  emailCodes: EmailCodes;
  sessions: SignIn;
}

/** The routes `/auth/email-code` and below, which are there with `EMAIL_CODE` alone. */
export function emailCodeRoutes({ config, emailCodes, sessions }: EmailCodeRoutesOptions) {
  const ask = implement(api.askEmailCode, async ({ body, req, res }) => {
    noteTransport(req, body);
    const token = await emailCodes.ask(req, body.email);
    if (isByToken(req)) res.status(202).json({ token });
    else res.status(202).end();
  });

  const confirm = implement(api.confirmEmailCode, async ({ body, req, res }) => {
    noteTransport(req, body);
    const proof = await emailCodes.wayIn.prove(body, req);
    const waiting = await sessions.complete(req, proof);
    if (waiting) res.status(202).json({ ...waiting, ...newToken(req, config) });
    else res.json(signedInAnswer(req, proof.credentials.user, config));
  });

  return operationRouter(config.emailCode ? [ask, confirm] : []);
}
