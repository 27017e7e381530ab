import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Limits } from '../../limits/limits.ts';
import type { JobOf } from '../../mail/mail-kind.ts';
import type { MailQueue } from '../../mail/queue.ts';
import { type ChangeCredentialsOptions, changeCredentials } from '../../sessions/change-credentials.ts';
import type { Prepared } from '../../store/prepared.ts';
import type { Factors } from '../../store/records.ts';
import type { OneTimeTokens, StoredToken } from '../../tokens/one-time-tokens.ts';
import { invalidToken, usedToken } from '../../tokens/token-problems.ts';
import { emailKey } from '../../users/email.ts';
import { asOf } from '../../users/factors.ts';
import type { PasswordPolicy } from '../../users/password-policy.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import type { EventOf } from '../flow.ts';
import type { shared } from '../shared/manifest.ts';
import type { PersonalData } from '../shared/personal-data.ts';
import { isPasswordOf, spendToken } from '../shared/spend-token.ts';
import { changeEmail, resetPassword, undoEmail, verifyEmail } from '../shared/token-kinds.ts';
import type { emailAddressMails } from './letters.ts';
import type { emailAddress as manifest } from './manifest.ts';

/**
 * Gives the account its old address back with a new password, in one step, and ends every session. Without the
 * password, whoever knows the old one would change the address again before its owner can sign in.
 *
 * @throws {Problem} 400 `invalid_token`, also where the change cannot be undone any more or another user has confirmed
 * that address since; 409 `last_admin` where the last administrator has it, unconfirmed; 422 `weak_password`, and the
 * token stays good; 429 `rate_limited`.
 */
export type UndoEmail = (req: Request, undo: { token: string; newPassword: string }) => Promise<void>;

export interface UndoEmailOptions extends ChangeCredentialsOptions {
  users: Users;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  tokens: OneTimeTokens;
  limits: Limits;
  activity: Activity<EventOf<typeof manifest | typeof shared>>;
  mailQueue: MailQueue<JobOf<typeof emailAddressMails>>;
  personalData: PersonalData;
  prepared: Prepared;
  now: () => Date;
}

export function createUndoEmail(options: UndoEmailOptions): UndoEmail {
  const {
    users,
    passwords,
    passwordPolicy,
    tokens,
    limits,
    activity,
    mailQueue,
    personalData,
    prepared,
    now,
  } = options;

  /** @returns the user as it was before. */
  async function undo(req: Request, { userId, data }: StoredToken, newPassword: string): Promise<User> {
    const { email, credentialsVersion: undoes } = data;
    const holder = await users.findTokenHolderById(userId);
    const change = holder?.addressChanges.find(({ version }) => version === undoes);
    if (!holder || undoes === undefined || !change) throw invalidToken();
    const judgedAs = { email, name: holder.user.name };
    await passwordPolicy.requireStrongPassword({
      password: newPassword,
      path: 'newPassword',
      user: judgedAs,
    });
    const passwordHash = await passwords.hash(newPassword);
    if (!(await makeFree(req, email, userId))) throw invalidToken();
    // Whatever version is in force: who keeps changing the credentials must not keep the owner out by that.
    // What was set up since is whose the address became.
    const factors = (there: Factors) => asOf(change.at, there);
    const outcome = await changeCredentials(options, userId, null, { email, passwordHash, undoes, factors });
    if (outcome !== 'changed') throw invalidToken();
    return holder.user;
  }

  /**
   * Whether a user may have this address back. An account that another made with it meanwhile, and that nobody has
   * confirmed, goes: whoever has the link has shown that the address is theirs, and must not be kept out by that.
   */
  async function makeFree(req: Request, email: string, userId: string): Promise<boolean> {
    const owner = await users.findByEmail(email);
    if (!owner || owner.id === userId) return true;
    if (owner.emailVerified || !(await personalData.erase(owner, { unconfirmed: true }))) return false;
    await activity.announce('account_deleted', owner.id, callerOf(req));
    return true;
  }

  return async function undoChange(req, { token, newPassword }) {
    await prepared.requireUnique();
    const { userId, data, before } = await spendToken<StoredToken & { before: User | null }>(options, {
      token,
      kinds: [undoEmail],
      ip: req.ip,
      now,
      work: async (stored) => ({ ...stored, before: await undo(req, stored, newPassword) }),
      repeated: async (stored) => {
        if (!(await isPasswordOf(options, stored.userId, newPassword))) throw usedToken(undoEmail);
        return { ...stored, before: null };
      },
    });
    if (before) await tell(req, before, data.email);
    // Done again where it is asked again: the first time may have failed here. Links that went to the address that is
    // gone end, and ways back to it.
    await tokens.end(userId, [verifyEmail, changeEmail, resetPassword]);
    await tokens.end(userId, [undoEmail], data.credentialsVersion);
    await limits.unlock(emailKey(data.email));
    if (before) await limits.unlock(emailKey(before.email));
  };

  async function tell(req: Request, { id: userId, email: lost }: User, email: string): Promise<void> {
    await activity.record('email_change_undone', userId, callerOf(req));
    await mailQueue.enqueue({ kind: 'email_change_undone', userId, to: email });
    if (emailKey(lost) !== emailKey(email)) await mailQueue.enqueue({ kind: 'email_lost', userId, to: lost });
  }
}
