import type { Request, Response } from 'express';
import type { Activity } from '../activity/activity.ts';
import { callerOf } from '../activity/caller.ts';
import type { Config } from '../config.ts';
import type { Limits } from '../limits/limits.ts';
import { type MailJobs, newMailJobId } from '../mail/mail-jobs.ts';
import type { Prepared } from '../mongo/prepared.ts';
import { Problem } from '../problem.ts';
import { checkCredentials } from '../users/credentials.ts';
import { emailKey } from '../users/email.ts';
import type { PasswordPolicy } from '../users/password-policy.ts';
import type { Passwords } from '../users/passwords.ts';
import type { Users } from '../users/repository.ts';
import type { User } from '../users/user.ts';
import { createKnownDevices } from './known-device.ts';
import type { SignIn } from './sign-in.ts';

export interface NewAccount {
  email: string;
  password: string;
  name?: string | null | undefined;
}

export interface SignInAttempt {
  email: string;
  password: string;
  remember?: boolean | undefined;
}

/** How people come in and leave, for the JSON routes and the pages alike. */
export interface Access {
  /**
   * Makes an account and signs the request in. With `REQUIRE_VERIFIED_EMAIL` it only has a mail sent, by which the
   * account is confirmed or its owner told that there is one, and answers alike for every address.
   *
   * @returns the user, or null where the address is to be confirmed first.
   * @throws {Problem} 409 `email_taken`, 422 `weak_password`, 429 `rate_limited`, 503 `not_prepared`.
   */
  signUp(req: Request, account: NewAccount): Promise<User | null>;
  /**
   * Signs the request in; with `remember` false until the browser closes, and for 12 hours at most.
   *
   * @throws {Problem} 401 `invalid_credentials`, the same for unknown addresses and wrong passwords; 403
   * `email_not_verified`, only to the right password; 429 `rate_limited`, before the password is looked at.
   */
  signIn(req: Request, attempt: SignInAttempt): Promise<User>;
  /** Ends the request's session, if it has one. */
  signOut(req: Request, res: Response): Promise<void>;
}

export interface AccessOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  users: Users;
  passwords: Passwords;
  passwordPolicy: PasswordPolicy;
  limits: Limits;
  prepared: Prepared;
  sessions: SignIn;
  activity: Activity;
  mailJobs: MailJobs;
  now: () => Date;
}

export function createAccess(options: AccessOptions): Access {
  const { config, users, passwords, passwordPolicy, limits, sessions, activity, mailJobs, now } = options;
  const knownDevices = createKnownDevices(config);
  const { prepared } = options;

  async function signUp(req: Request, { email, password, name = null }: NewAccount): Promise<User | null> {
    await prepared.requireUnique();
    const candidate = { password, path: 'password', user: { email, name } } as const;
    passwordPolicy.requireUncommon(candidate);
    await limits.signUp(req.ip);
    await passwordPolicy.requireUnbreached(candidate);
    if (config.requireVerifiedEmail) return closedSignUp(req, { email, password, name });
    await users.requireFreeEmail(email);
    const passwordHash = await passwords.hash(password);
    const draft = await users.draft({ email, name, passwordHash, createdAt: now() });
    // Guesses at an account that was not there yet are not held against this one.
    await limits.unlock(emailKey(email));
    await sessions.signUp(req, draft);
    const { user, credentialsVersion } = draft.credentials;
    await mailJobs.enqueue({ kind: 'verify_email', userId: user.id, credentialsVersion, to: user.email });
    return user;
  }

  /** The same commands for every address, known or not; the mail alone says which it was. */
  async function closedSignUp(req: Request, { email, password, name = null }: NewAccount): Promise<null> {
    const passwordHash = await passwords.hash(password);
    const signUpId = newMailJobId();
    const userId = await users.putUnverified({ email, name, passwordHash, createdAt: now() }, signUpId);
    await activity.record('sign_up', userId, callerOf(req));
    await mailJobs.enqueue({ kind: 'sign_up', email }, signUpId);
    return null;
  }

  async function signIn(req: Request, { email, password, remember = true }: SignInAttempt): Promise<User> {
    const device = await knownDevices.find(req, () => users.findCredentialsByEmail(email));
    const attempt = await limits.signIn(emailKey(email), req.ip, device);
    const { credentials, userId } = await checkCredentials({ users, passwords }, email, password);
    if (!credentials) {
      await activity.record('sign_in_failed', userId, callerOf(req));
      await attempt.failed();
      throw new Problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong.');
    }
    await attempt.succeeded();
    if (config.requireVerifiedEmail && !credentials.user.emailVerified)
      throw new Problem(
        403,
        'email_not_verified',
        'Confirm your e-mail address first, by the link in your mail.',
      );
    await sessions.signIn(req, credentials, remember);
    return credentials.user;
  }

  return { signUp, signIn, signOut: sessions.signOut };
}
