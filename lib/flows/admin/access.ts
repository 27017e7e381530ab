import { setTimeout as delay } from 'node:timers/promises';
import type { Activity } from '../../activity/activity.ts';
import type { Caller } from '../../base/caller.ts';
import { type ChangeCredentialsOptions, disableUser } from '../../sessions/change-credentials.ts';
import { beingChanged } from '../../users/credential-lock.ts';
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
   * Gives a user these roles and no other, or those that are made of what there is. Of two changes at once the second
   * is made of what the first has left.
   *
   * @returns the user as it is then; null where it is gone, as of all that return a user.
   * @throws {Problem} 409 `last_admin`; 503 `unavailable`.
   */
  setRoles(by: Administrator, id: string, roles: NewRoles): Promise<User | null>;
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

/** Roles, or what makes them of those that there are. */
export type NewRoles = readonly string[] | ((now: readonly string[]) => readonly string[]);

export interface AccessOptions extends ChangeCredentialsOptions {
  users: Users;
  lastAdmin: LastAdmin;
  activity: Activity<EventOf<typeof manifest>>;
  now: () => Date;
}

export function createAccess(options: AccessOptions): Access {
  const { users, devices, lastAdmin, activity, now } = options;

  /** While somebody else changes the roles, or the credentials, it tries again, for a second at most. */
  async function setRoles(id: string, roles: NewRoles): Promise<User | null> {
    for (let tries = 0; tries < 10; tries += 1) {
      const found = await users.findRoles(id);
      if (!found) return null;
      const to = typeof roles === 'function' ? roles(found.roles) : roles;
      // Made of these roles, and so for no others.
      const set = async (revision: number) =>
        revision === found.revision ? users.setRoles(id, to, revision, now()) : null;
      const user = await (to.includes(adminRole) ? set(found.revision) : lastAdmin.orStays(id, set));
      if (user) return user;
      await delay(100);
    }
    throw beingChanged();
  }

  return {
    find: async (who) => (who.includes('@') ? users.findByEmail(who) : users.findById(who)),
    setRoles: async (by, id, roles) => {
      const user = await setRoles(id, roles);
      if (user) await activity.recordAct('roles_changed', id, by);
      return user;
    },
    disable: async (by, id) => {
      const disable = async (rolesRevision: number) =>
        (await disableUser(options, id, rolesRevision)) === 'changed' ? true : null;
      const isDisabled = (await lastAdmin.orStays(id, disable)) ?? false;
      if (isDisabled) await activity.recordAct('account_disabled', id, by);
      return isDisabled;
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
