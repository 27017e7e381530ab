import type { Instance } from './instance.ts';

/** Gives a user these roles, without the rule that an administrator stays. */
export async function setRoles({ services }: Instance, id: string, roles: readonly string[]): Promise<void> {
  const { users } = services.store;
  const from = (await users.find(id))?.rolesRevision ?? 0;
  if (!(await users.setRoles(id, { from, to: roles, at: services.now() }))) throw new Error('not changed');
}
