import { joinRouters, type OperationRouter } from '../http/operations.ts';
import type { AuthServices } from '../services.ts';
import { authRoutes } from './auth.ts';
import { emailRoutes } from './email.ts';
import { outboxRoutes } from './outbox.ts';
import { passwordResetRoutes } from './password-reset.ts';

/** All routes of the function `auth`: `/auth` and, where it is there, `/dev/outbox`. */
export function authFunctionRoutes(services: AuthServices): OperationRouter {
  return joinRouters(
    authRoutes(services),
    passwordResetRoutes(services),
    emailRoutes(services),
    outboxRoutes(services),
  );
}
