import { type Administration, createAdministration } from '../flows/admin/administration.ts';
import { createInvitations } from '../flows/admin/invitations.ts';
import { createUserAdministration, type UserAdministration } from '../flows/admin/service.ts';
import { type AuthServices, createAuthServices } from './parts.ts';

/** What the function `admin` and the command `users` need. */
export interface AdminServices extends AuthServices {
  administration: Administration;
  userAdministration: UserAdministration;
}

/** Wires what administrators do, without any I/O. */
export function createAdminServices(...given: Parameters<typeof createAuthServices>): AdminServices {
  const services = createAuthServices(...given);
  const administration = createAdministration(services);
  const invitations = createInvitations(services);
  const parts = { ...services, administration, invitations };
  return { ...parts, userAdministration: createUserAdministration(parts) };
}
