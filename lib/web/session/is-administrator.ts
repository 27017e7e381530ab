import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { adminRole } from '../../users/roles.ts';
import { signedInOn, userOn } from './require-user.ts';

/**
 * True where who is signed in may administer users: by the role that was read with the session, and where the service
 * asks for it by a second factor that was proven in this very session.
 */
export function isAdministrator(
  req: Request,
  { adminSecondFactor }: Pick<Config, 'adminSecondFactor'>,
): boolean {
  const hasRole = userOn(req)?.roles.includes(adminRole) === true;
  return hasRole && (!adminSecondFactor || signedInOn(req)?.assurance === 2);
}
