import * as api from '../api/email.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { AuthServices } from '../services.ts';

/** Routes of `/auth/email`: confirming an address, asking again, and undoing a change. */
export function emailRoutes({ config, emailAddresses }: AuthServices) {
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
