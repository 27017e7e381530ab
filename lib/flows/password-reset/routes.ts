import { implement, operationRouter } from '../../web/router.ts';
import * as api from './operations.ts';
import type { PasswordResets } from './service.ts';

/** Routes of `/auth/password`: a forgotten password. */
export function passwordResetRoutes({ passwordResets }: { passwordResets: PasswordResets }) {
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
