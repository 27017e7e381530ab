import type { Activity } from '../../activity/activity.ts';
import type { Caller } from '../../base/caller.ts';
import { type ChangeCredentialsOptions, changeCredentials } from '../../sessions/change-credentials.ts';
import type { LastAdmin } from '../../users/last-admin.ts';
import type { Users } from '../../users/repository.ts';
import { adminRole } from '../../users/roles.ts';
import type { User } from '../../users/user.ts';
import type { EventOf } from '../flow.ts';
import type { admin as manifest } from './manifest.ts';

/** Who does it: an administrator and from where; undefined for whoever runs a command. */
export type Administrator = { userId: string; caller: Caller } | undefined;

/** Who may get in, and may do what: for administrators and the command `users`. Each change is written down for both. */
export interface Access {
  /** By id or address. */
  find(who: string): Promise<User | null>;
  /**
   * Gives a user these roles and no other.
   *
   * @returns the user as it is then; null where it is gone, as of all that return a user.
   * @throws {Problem} 409 `last_admin`; 503 `unavailable`.
   */
  setRoles(by: Administrator, id: string, roles: readonly string[]): Promise<User | null>;
  /**
   * Keeps a user out: every session ends at once, and no way in leads in any more (OWASP ASVS 7.4.2).
   *
   * @returns false where the user is gone.
   * @throws {Problem} 409 `last_admin`; 503 `unavailable`.
   */
  disable(by: Administrator, id: string): Promise<boolean>;
  /** Lets a user in again; false where it is gone. */
  enable(by: Administrator, id: string): Promise<boolean>;
  /** Ends a user's sessions, those that wait for a second factor too. @returns how many there were. */
  endSessions(by: Administrator, id: string): Promise<number>;
}

export interface AccessOptions extends ChangeCredentialsOptions {
  users: Users;
  lastAdmin: LastAdmin;
  activity: Activity<EventOf<typeof manifest>>;
}

export function createAccess(options: AccessOptions): Access {
  const { users, devices, lastAdmin, activity } = options;

  return {
    find: async (who) => (who.includes('@') ? users.findByEmail(who) : users.findById(who)),
    setRoles: async (by, id, roles) => {
      const set = () => users.setRoles(id, roles);
      const user = await (roles.includes(adminRole) ? set() : lastAdmin.orStays(id, set));
      if (user) await activity.recordAct('roles_changed', id, by);
      return user;
    },
    disable: async (by, id) => {
      const disable = () => changeCredentials(options, id, null, { disables: true });
      const outcome = await lastAdmin.orStays(id, disable);
      if (outcome === 'changed') await activity.recordAct('account_disabled', id, by);
      return outcome === 'changed';
    },
    enable: async (by, id) => {
      const user = await users.enable(id);
      if (user) await activity.recordAct('account_enabled', id, by);
      return user !== null;
    },
    endSessions: async (by, id) => {
      const count = await devices.endAll(id);
      await activity.recordAct('sessions_ended_by_admin', id, by);
      return count;
    },
  };
}
