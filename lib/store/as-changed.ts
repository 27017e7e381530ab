import type { RolesChange, UserRecord } from './records.ts';

/** The user, where a change of its roles was made by a first try whose answer was lost; null where it was not. */
export function asChanged(
  user: UserRecord | null,
  { from, to }: Pick<RolesChange, 'from' | 'to'>,
): UserRecord | null {
  const isMade = user?.rolesRevision === from + 1 && user.roles.join() === to.join();
  return isMade ? user : null;
}
