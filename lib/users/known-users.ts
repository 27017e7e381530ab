import type { Users } from './repository.ts';
import type { User } from './user.ts';

/** Users that an instance remembers, at most; beyond it the one unused longest goes. */
const mostRemembered = 1000;

/** Users as an instance remembers them, so that who is signed in takes one read, of the session alone. */
export interface KnownUsers {
  /**
   * A user as it is now.
   *
   * @param revision of the user, as a session that has just been read tells it. Before a change of the user every
   * session of it forgets the revision, and gets the next one after: so what is remembered of this one holds.
   * Without it the user is read.
   */
  find(id: string, revision: number | undefined): Promise<User | null>;
}

export function createKnownUsers({ users }: { users: Pick<Users, 'findById'> }): KnownUsers {
  const remembered = new Map<string, User>();

  function remember(user: User): void {
    remembered.delete(user.id);
    remembered.set(user.id, user);
    const [longest] = remembered.keys();
    if (remembered.size > mostRemembered && longest !== undefined) remembered.delete(longest);
  }

  return {
    find: async (id, revision) => {
      const known = remembered.get(id);
      const user = known && known.revision === revision ? known : await users.findById(id);
      if (user) remember(user);
      else remembered.delete(id);
      return user;
    },
  };
}
