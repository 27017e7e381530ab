import type { Config } from '../../base/config.ts';
import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';
import type { EmailAddresses } from './service.ts';

export interface EmailRoutesOptions {
  config: Pick<Config, 'requireVerifiedEmail'>;
  emailAddresses: EmailAddresses;
}

/** Routes of `/auth/email`: confirming an address, asking again, and undoing a change. */
export function emailRoutes({ config, emailAddresses }: EmailRoutesOptions) {
  const verify = implement(api.verifyEmail, async ({ body, req, res }) => {
    await emailAddresses.verify(req, body.token, body.password);
    res.status(204).end();
  });

  const resend = implement(api.resendVerification, async ({ body, req, res }) => {
    if (config.requireVerifiedEmail && body.email !== undefined)
      await emailAddresses.resendTo(req, body.email);
    else await emailAddresses.resend(req);
    res.status(202).end();
  });

  const undo = implement(api.undoEmailChange, async ({ body, req, res }) => {
    await emailAddresses.undoChange(req, body);
    res.status(204).end();
  });

  return operationRouter([verify, resend, undo]);
}

/** The route `/account/email`: asking for another address. */
export function emailChangeRoutes({ emailAddresses }: Pick<EmailRoutesOptions, 'emailAddresses'>) {
  const changeEmail = implement(api.changeEmail, async ({ body, req, res }) => {
    await emailAddresses.requestChange(req, body);
    res.status(202).end();
  });

  return operationRouter([changeEmail]);
}
