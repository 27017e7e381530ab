import { userOf } from './addresses.ts';
import type { Instance } from './instance.ts';
import { type Person, type PersonOptions, signedUp } from './person.ts';
import { setRoles } from './roles.ts';

/** Somebody with their id. */
export async function somebody(options: PersonOptions): Promise<Person & { id: string }> {
  const someone = await signedUp(options);
  return { ...someone, id: (await userOf(someone)).id as string };
}

/** An administrator who has just signed up. */
export async function administrator(options: PersonOptions): Promise<Person & { id: string }> {
  const boss = await somebody(options);
  await options.instance.services.administration.setRoles(undefined, boss.id, ['admin']);
  return boss;
}

/** Has nobody be an administrator but these. */
export async function onlyAdministrators(instance: Instance, ...ids: string[]): Promise<void> {
  const query = { key: 'emailKey', prefix: '', role: 'admin', most: 100 } as const;
  for (const { id } of await instance.services.store.users.list(query))
    if (!ids.includes(id)) await setRoles(instance, id, []);
}
