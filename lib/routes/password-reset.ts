import * as api from '../api/password-reset.ts';
import { implement, operationRouter } from '../http/operations.ts';
import type { AuthServices } from '../services.ts';

/** Routes of `/auth/password`: a forgotten password. */
export function passwordResetRoutes({ passwordResets }: AuthServices) {
  const forgot = implement(api.forgotPassword, async ({ body, req, res }) => {
    await passwordResets.forgot(req, body.email);
    res.status(202).end();
  });

  const reset = implement(api.resetPassword, async ({ body, req, res }) => {
    await passwordResets.reset(req, body);
    res.status(204).end();
  });

  return operationRouter([forgot, reset]);
}
