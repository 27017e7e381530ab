import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Language } from '../../base/language.ts';
import { notSignedIn } from '../../base/problem.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import type { ChangeCredentialsOptions } from '../../sessions/change-credentials.ts';
import type { User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { currentUser, showChanged } from '../../web/session/require-user.ts';
import type { EventOf } from '../flow.ts';
import { requireFresh } from '../shared/fresh.ts';
import type { shared } from '../shared/manifest.ts';
import type { PersonalData } from '../shared/personal-data.ts';
import {
  type CurrentPassword,
  type ReauthenticationEvent,
  type ReauthenticationOptions,
  requireCurrentPassword,
  wrongPassword,
} from '../shared/reauthentication.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { accountMails } from './letters.ts';
import type { account as manifest } from './manifest.ts';

/** What users do with their own account, for the JSON routes and the pages alike; each needs a session. */
export interface Accounts {
  /** @throws {Problem} 401 `not_signed_in`. */
  get(req: Request): User;
  /** Whether there is a password to be asked for. @throws {Problem} 401 `not_signed_in`. */
  hasPassword(req: Request): Promise<boolean>;
  /** @throws {Problem} 401 `not_signed_in`. */
  rename(req: Request, name: string | null): Promise<User>;
  /** Null leaves it to what the browser asks for. @throws {Problem} 401 `not_signed_in`. */
  chooseLanguage(req: Request, language: Language | null): Promise<void>;
  /**
   * Takes the account and all that is stored about its user out of the database, clears the cookie, and tells the
   * address that it had.
   *
   * @throws {Problem} 403 `wrong_password`; 409 `last_admin`.
   */
  leave(req: Request, res: Response, password: CurrentPassword): Promise<void>;
  /** @throws {Problem} 403 `reauthentication_needed` where `export` would. */
  requireExportable(req: Request): Promise<void>;
  /** All that is stored about the user, without secrets. @throws {Problem} 403 `reauthentication_needed`. */
  export(req: Request): Promise<Record<string, unknown>>;
}

export interface AccountsOptions extends ReauthenticationOptions, ChangeCredentialsOptions {
  activity: Activity<EventOf<typeof manifest | typeof shared> | ReauthenticationEvent>;
  sessions: SignIn;
  mailQueue: MailQueue<JobOf<typeof accountMails>>;
  personalData: PersonalData;
}

export function createAccounts(options: AccountsOptions): Accounts {
  const { users, sessions, activity, mailQueue, personalData } = options;

  async function rename(req: Request, name: string | null): Promise<User> {
    const user = existing(await users.setName(currentUser(req).id, name));
    showChanged(req, user);
    await activity.record('name_changed', user.id, callerOf(req));
    return user;
  }

  async function chooseLanguage(req: Request, language: Language | null): Promise<void> {
    showChanged(req, existing(await users.setLanguage(currentUser(req).id, language)));
  }

  async function leave(req: Request, res: Response, { currentPassword }: CurrentPassword) {
    const { user, credentialsVersion } = await requireCurrentPassword(options, req, currentPassword);
    if (!(await personalData.erase(user, { credentialsVersion }))) throw wrongPassword();
    sessions.drop(req, res);
    await activity.announce('account_deleted', user.id, callerOf(req));
    const { email, emailVerified: confirmed, language } = user;
    await mailQueue.enqueue({ kind: 'account_deleted', email, confirmed, language });
  }

  return {
    get: currentUser,
    hasPassword: async (req) => {
      const credentials = await users.findCredentialsById(currentUser(req).id);
      return credentials?.passwordHash !== undefined;
    },
    rename,
    chooseLanguage,
    leave,
    requireExportable: async (req) => void (await requireFresh(options, req)),
    export: async (req) => {
      const { user } = await requireFresh(options, req);
      return personalData.export(user);
    },
  };
}

/** A session whose user is gone is none. */
function existing(user: User | null): User {
  if (!user) throw notSignedIn({ clearCookie: true });
  return user;
}
