import type { Request, Response } from 'express';
import { Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import type { Device } from '../../sessions/devices.ts';
import type { Store } from '../../store/contract.ts';
import { emailKey } from '../../users/email.ts';
import type { FactorsView, SecondFactors } from '../../users/second-factors.ts';
import { type Credentials, toUser, type User } from '../../users/user.ts';
import { requireUser, showChanged } from '../../web/session/require-user.ts';
import { type FreshOptions, requireFresh } from '../shared/fresh.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { Administrator } from './access.ts';
import { actorOn } from './actor-on.ts';
import type { Administration, AdministrationOptions } from './administration.ts';
import type { Invitations } from './invitations.ts';
import type { AdminChange, adminMails } from './letters.ts';
import { createUserSearch, type UserSearch } from './user-search.ts';

/** A user as administrators find it. */
export interface FoundUser {
  readonly user: User;
  readonly disabled: boolean;
}

/** All that administrators see of a user: no secret. */
export interface UserDetails extends FoundUser {
  /** Whether guesses have locked the sign-in. */
  readonly locked: boolean;
  /** The live ones, newest use first. */
  readonly sessions: readonly Device[];
  readonly factors: FactorsView;
  /** Null where no sign-in is kept. */
  readonly lastSignInAt: Date | null;
}

export interface UserChange {
  name?: string | null | undefined;
  roles?: readonly string[] | undefined;
  disabled?: boolean | undefined;
  emailVerified?: boolean | undefined;
}

/**
 * What administrators see and do, for the JSON routes and the pages alike. Whoever calls it holds that one is signed in.
 * What changes something wants a fresh session: {Problem} 403 `reauthentication_needed`. Users that are not there are 404
 * `not_found`. Where one changes what one has oneself, the session may end.
 */
export interface UserAdministration extends Pick<Invitations, 'invite'> {
  list(search: UserSearch): Promise<{ users: FoundUser[]; next: string | null }>;
  show(id: string): Promise<UserDetails>;
  /**
   * Changes what is another than before, and tells the user of each by mail.
   *
   * @throws {Problem} 409 `last_admin`.
   */
  change(req: Request, res: Response, id: string, change: UserChange): Promise<FoundUser>;
  /** @throws {Problem} 409 `last_admin`. */
  erase(req: Request, res: Response, id: string): Promise<void>;
  endSessions(req: Request, res: Response, id: string): Promise<void>;
  /** Does nothing where there are none. */
  removeFactors(req: Request, res: Response, id: string): Promise<void>;
  unlock(req: Request, id: string): Promise<void>;
  /** Has the mail of a forgotten password sent. */
  sendReset(req: Request, id: string): Promise<void>;
}

export interface UserAdministrationOptions extends AdministrationOptions, FreshOptions {
  users: AdministrationOptions['users'];
  store: Pick<Store, 'users'>;
  administration: Administration;
  invitations: Invitations;
  limits: Pick<Limits, 'openLocks' | 'isLockedOut'>;
  secondFactors: Pick<SecondFactors, 'view'>;
  sessions: SignIn;
  mailQueue: MailQueue<JobOf<typeof adminMails>>;
  /** Has the mail of a forgotten password sent to an address. */
  passwordResets: { mail(email: string): Promise<boolean> };
}

export function createUserAdministration(options: UserAdministrationOptions): UserAdministration {
  const { users, devices, limits, secondFactors, administration, activity, mailQueue } = options;
  const search = createUserSearch(options.store.users);

  /** Whom an administrator is about to change. */
  async function begin(req: Request, id: string): Promise<Credentials & { by: Administrator }> {
    await requireFresh(options, req);
    return { ...existing(await users.findCredentialsById(id)), by: actorOn(req) };
  }

  async function tell(
    { id: userId, email: to, emailVerified: confirmed, language }: User,
    what: AdminChange,
  ) {
    await mailQueue.enqueue({ kind: 'changed_by_administrator', userId, to, confirmed, what, language });
  }

  /** Of one's own account every session has ended, this one too. */
  function dropOwn(req: Request, res: Response, id: string): void {
    if (requireUser(req).userId === id) options.sessions.drop(req, res);
  }

  async function change(req: Request, res: Response, id: string, to: UserChange): Promise<FoundUser> {
    const { user: before, disabled, by } = await begin(req, id);
    // First what the last administrator is refused, so that nothing is half done then.
    if (to.disabled === true && !disabled) {
      if (!(await administration.disable(by, id))) throw nobody();
      await tell(before, 'account_disabled');
    }
    if (to.roles && !isSame(to.roles, before.roles)) {
      existing(await administration.setRoles(by, id, to.roles));
      await tell(before, 'roles_changed');
    }
    if (to.emailVerified !== undefined && to.emailVerified !== before.emailVerified) {
      existing(await administration.setEmailVerified(by, before, to.emailVerified));
      await tell(before, to.emailVerified ? 'email_confirmed' : 'email_unconfirmed');
    }
    if (to.name !== undefined && to.name !== before.name) {
      existing(await administration.setName(by, id, to.name));
      await tell(before, 'name_changed');
    }
    if (to.disabled === false && disabled) {
      if (!(await administration.enable(by, id))) throw nobody();
      await tell(before, 'account_enabled');
    }
    const after = existing(await users.findCredentialsById(id));
    showChanged(req, after.user);
    if (after.disabled) dropOwn(req, res, id);
    return { user: after.user, disabled: after.disabled };
  }

  return {
    ...options.invitations,
    list: async (asked) => {
      const { users: found, next } = await search(asked);
      const shown = found.map((each) => ({ user: toUser(each), disabled: each.disabledAt !== null }));
      return { users: shown, next };
    },
    show: async (id) => {
      const { user, disabled } = existing(await users.findCredentialsById(id));
      const [locked, sessions, factors, signIns] = await Promise.all([
        limits.isLockedOut({ userId: id, emailKey: emailKey(user.email) }),
        devices.list(id),
        secondFactors.view(id),
        activity.search({ userId: id, type: 'sign_in' }, { limit: 1 }),
      ]);
      const lastSignInAt = signIns.events[0]?.at ?? null;
      return { user, disabled, locked, sessions, factors: existing(factors), lastSignInAt };
    },
    change,
    erase: async (req, res, id) => {
      const { user, by } = await begin(req, id);
      if (!(await administration.erase(by, user))) throw nobody();
      await tell(user, 'account_deleted');
      dropOwn(req, res, id);
    },
    endSessions: async (req, res, id) => {
      const { user, by } = await begin(req, id);
      await administration.endSessions(by, id);
      await tell(user, 'sessions_ended');
      dropOwn(req, res, id);
    },
    removeFactors: async (req, res, id) => {
      const { user, by } = await begin(req, id);
      const { totp, passkeys } = existing(await secondFactors.view(id));
      if (totp === null && passkeys.length === 0) return;
      await administration.removeFactors(by, id);
      await tell(user, 'factors_removed');
      dropOwn(req, res, id);
    },
    unlock: async (req, id) => {
      const { user, by } = await begin(req, id);
      await administration.unlock(by, user);
    },
    sendReset: async (req, id) => {
      const { user, by } = await begin(req, id);
      await options.passwordResets.mail(user.email);
      await activity.recordAct('reset_sent_by_admin', id, by);
    },
  };
}

function existing<T>(found: T | null): T {
  if (found === null) throw nobody();
  return found;
}

function nobody(): Problem {
  return new Problem('not_found', 'There is no user of this id.');
}

function isSame(roles: readonly string[], sorted: readonly string[]): boolean {
  return [...new Set(roles)].sort().join() === sorted.join();
}
