/** The one role that means something here: who has it administers users. */
export const adminRole = 'admin';

/** What a role may be called. */
export const rolePattern = /^[a-z][a-z0-9_-]{0,31}$/;

/** Roles that one user may have: they are read with every request. */
export const mostRoles = 20;

/** In the form in which they are stored: sorted, each once. */
export function rolesOf(roles: Iterable<string>): string[] {
  return [...new Set(roles)].sort();
}
