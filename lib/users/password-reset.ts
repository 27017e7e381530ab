import type { Request } from 'express';
import type { Activity } from '../activity/activity.ts';
import { callerOf } from '../activity/caller.ts';
import type { Limits } from '../limits/limits.ts';
import type { MailJobs } from '../mail/mail-jobs.ts';
import { type ChangeCredentialsOptions, changeCredentials } from './change-credentials.ts';
import { emailKey } from './email.ts';
import { invalidToken, type OneTimeTokens, type StoredToken } from './one-time-tokens.ts';
import type { PasswordPolicy } from './password-policy.ts';
import type { Passwords } from './passwords.ts';
import type { Users } from './repository.ts';
import { spendToken } from './spend-token.ts';
import type { User } from './user.ts';

/** Forgotten passwords, for the JSON routes and the pages alike; nobody need be signed in. */
export interface PasswordResets {
  /**
   * Has a link mailed to this address if it has an account: the same work for both, and no word of which.
   *
   * @throws {Problem} 429 `rate_limited`, by network address.
   */
  forgot(req: Request, email: string): Promise<void>;
  /**
   * Sets a new password: every session and every other reset link of that user ends, and a locked sign-in opens.
   *
   * @throws {Problem} 400 `invalid_token`; 422 `weak_password`, and the token stays good; 429 `rate_limited`.
   */
  reset(req: Request, reset: { token: string; newPassword: string }): Promise<void>;
}

export interface PasswordResetsOptions extends ChangeCredentialsOptions {
  users: Users;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  tokens: OneTimeTokens;
  limits: Limits;
  activity: Activity;
  mailJobs: MailJobs;
  now: () => Date;
}

export function createPasswordResets(options: PasswordResetsOptions): PasswordResets {
  const { users, passwords, passwordPolicy, tokens, limits, activity, mailJobs, now } = options;

  async function setPassword({ userId, data }: StoredToken, newPassword: string): Promise<User> {
    const holder = await users.findTokenHolderById(userId);
    // A link dies with the password or address that it was asked for.
    if (!holder || holder.credentialsVersion !== data.credentialsVersion) throw invalidToken();
    const { user, credentialsVersion } = holder;
    await passwordPolicy.requireStrongPassword({ password: newPassword, path: 'newPassword', user });
    const passwordHash = await passwords.hash(newPassword);
    // Whoever has the link reads the mail of this address, which is what verifying asks for.
    const to = { passwordHash, email: user.email };
    const outcome = await changeCredentials(options, userId, credentialsVersion, to);
    if (outcome !== 'changed') throw invalidToken();
    return user;
  }

  return {
    forgot: async (req, email) => {
      const mayMail = await limits.forgot(emailKey(email), req.ip);
      if (mayMail) await mailJobs.enqueue({ kind: 'forgot_password', email });
    },
    reset: async (req, { token, newPassword }) => {
      const user = await spendToken<User | null>(
        { tokens, limits },
        {
          token,
          purposes: ['reset_password'],
          ip: req.ip,
          now,
          work: (stored) => setPassword(stored, newPassword),
          repeated: async () => null,
        },
      );
      if (!user) return;
      await tokens.end(user.id, ['change_email', 'verify_email']);
      await limits.unlock(emailKey(user.email));
      await activity.record('password_reset', user.id, callerOf(req));
      await mailJobs.enqueue({ kind: 'password_changed', userId: user.id });
    },
  };
}
