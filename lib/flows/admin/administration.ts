import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import { changeCredentials } from '../../sessions/change-credentials.ts';
import { beingChanged } from '../../users/credential-lock.ts';
import { emailKey } from '../../users/email.ts';
import { withoutFactors } from '../../users/factors.ts';
import type { User } from '../../users/user.ts';
import type { EventOf } from '../flow.ts';
import type { PersonalData } from '../shared/personal-data.ts';
import { type Access, type AccessOptions, type Administrator, createAccess } from './access.ts';
import type { admin as manifest } from './manifest.ts';

/** What administrators do to users. */
export interface Administration extends Access {
  setName(by: Administrator, id: string, name: string | null): Promise<User | null>;
  /**
   * Has the address that the user has count as confirmed, or as confirmed by nobody. What first confirms it then takes
   * away the ways in that are there, but the password.
   */
  setEmailVerified(by: Administrator, user: User, verified: boolean): Promise<User | null>;
  /**
   * Takes away app, passkeys and recovery codes, and ends every session. It may be the last way in: a passkey that was
   * stolen must go, and a mailed link sets a password. Providers stay, which are no second factor.
   *
   * @throws {Problem} 503 `unavailable` where somebody else changes the credentials at the same time.
   */
  removeFactors(by: Administrator, id: string): Promise<void>;
  /** Opens a sign-in that guesses have locked, and its second factor. */
  unlock(by: Administrator, user: User): Promise<void>;
  /**
   * Takes out all that is stored about a user. The administrator's activity keeps the id, which names nobody then.
   *
   * @returns false where the user is gone.
   * @throws {Problem} 409 `last_admin`; 503 `unavailable`.
   */
  erase(by: Administrator, user: User): Promise<boolean>;
}

export interface AdministrationOptions extends AccessOptions {
  limits: Pick<Limits, 'openLocks'>;
  personalData: Pick<PersonalData, 'erase'>;
  activity: Activity<EventOf<typeof manifest> | 'account_deleted'>;
}

/** What a second factor may be; a provider, which is none, stays. */
const { identities: _stay, ...withoutSecondFactors } = withoutFactors;

export function createAdministration(options: AdministrationOptions): Administration {
  const { users, limits, personalData, activity, now } = options;

  return {
    ...createAccess(options),
    setName: async (by, id, name) => {
      const user = await users.setName(id, name);
      if (user) await activity.recordAct('name_set_by_admin', id, by);
      return user;
    },
    setEmailVerified: async (by, { id, email }, verified) => {
      const user = await users.setEmailVerified(id, email, now(), verified ? undefined : false);
      const event = verified ? 'email_marked_confirmed' : 'email_marked_unconfirmed';
      if (user) await activity.recordAct(event, id, by);
      return user;
    },
    removeFactors: async (by, id) => {
      const factors = () => withoutSecondFactors;
      if ((await changeCredentials(options, id, null, { factors })) !== 'changed') throw beingChanged();
      await activity.recordAct('factors_removed_by_admin', id, by);
    },
    unlock: async (by, { id, email }) => {
      await limits.openLocks({ userId: id, emailKey: emailKey(email) });
      await activity.recordAct('sign_in_unlocked', id, by);
    },
    erase: async (by, user) => {
      const isErased = await personalData.erase(user, { byAdministrator: true });
      if (isErased) await activity.recordAct('account_deleted', user.id, by);
      return isErased;
    },
  };
}
