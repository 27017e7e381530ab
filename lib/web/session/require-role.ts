import type { RequestHandler } from 'express';
import { Problem } from '../../base/problem.ts';
import { currentUser } from './require-user.ts';

/**
 * Lets those pass who have a role. It was read with the session, so that it costs nothing, and a change of roles is in
 * force at the next request.
 *
 * @returns a middleware that throws {Problem} 401 `not_signed_in` where nobody is signed in, 403 `forbidden` to others.
 * @example
 * ```ts
 * import { Router } from 'express';
 * import { requireRole } from '../lib/web/session/require-role.ts';
 *
 * export const routes = Router().get('/drafts', requireRole('editor'), (_req, res) => void res.json({ drafts: [] }));
 * ```
 */
export function requireRole(role: string): RequestHandler {
  return function requireRole(req, _res, next) {
    if (!currentUser(req).roles.includes(role))
      throw new Problem('forbidden', `This needs the role ${role}.`);
    next();
  };
}
