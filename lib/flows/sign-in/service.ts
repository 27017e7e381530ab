import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import type { MailJobs } from '../../mail/queue.ts';
import type { Prepared } from '../../store/prepared.ts';
import type { Repeats } from '../../tokens/repeats.ts';
import { checkCredentials } from '../../users/check-credentials.ts';
import { emailKey } from '../../users/email.ts';
import type { PasswordPolicy } from '../../users/password-policy.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { Credentials, User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { type ClosedSignUp, isEmailTaken } from '../shared/closed-sign-up.ts';
import { createKnownDevices } from '../shared/known-device.ts';
import type { SignIn } from '../shared/sign-in.ts';

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
   * account is made or its owner told that there is one, and answers alike for every address.
   *
   * Asked again within a minute, with the same password and from the same network, it signs in to the account that
   * the first one has made: a double click is told what was done.
   *
   * @returns the user, or null where the address is to be confirmed first.
   * @throws {Problem} 409 `email_taken`, 422 `weak_password`, 429 `rate_limited`, 503 `not_prepared`.
   */
  signUp(req: Request, account: NewAccount): Promise<User | null>;
  /**
   * Signs the request in; with `remember` false until the browser closes, and for 12 hours at most.
   *
   * @throws {Problem} 401 `invalid_credentials`, the same for unknown addresses, wrong passwords and, with
   * `REQUIRE_VERIFIED_EMAIL`, addresses that nobody has confirmed; 429 `rate_limited`, before the password is looked
   * at.
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
  closedSignUp: ClosedSignUp;
  repeats: Repeats;
  now: () => Date;
}

export function createAccess(options: AccessOptions): Access {
  const { config, users, passwords, passwordPolicy, limits, sessions, activity, mailJobs, now } = options;
  const { prepared, closedSignUp, repeats } = options;
  const knownDevices = createKnownDevices(config);

  async function signUp(req: Request, { email, password, name = null }: NewAccount): Promise<User | null> {
    await prepared.requireUnique();
    const candidate = { password, path: 'password', user: { email, name } } as const;
    passwordPolicy.requireUncommon(candidate);
    await limits.signUp(req.ip);
    await passwordPolicy.requireUnbreached(candidate);
    if (!config.requireVerifiedEmail) return openSignUp(req, { email, password, name });
    await closedSignUp.ask(req, { email, password, name });
    return null;
  }

  async function openSignUp(req: Request, account: NewAccount): Promise<User> {
    try {
      return await makeAccount(req, account);
    } catch (error) {
      if (!isEmailTaken(error)) throw error;
      const made = await findJustMade(req, account);
      if (!made) throw error;
      await sessions.signIn(req, made);
      return made.user;
    }
  }

  async function makeAccount(req: Request, { email, password, name = null }: NewAccount): Promise<User> {
    await users.requireFreeEmail(email);
    const passwordHash = await passwords.hash(password);
    const draft = await users.draft({ email, name, passwordHash, createdAt: now() });
    // Guesses at an account that was not there yet are not held against this one.
    await limits.unlock(emailKey(email));
    const { user, credentialsVersion } = draft.credentials;
    // Before the account: whoever finds that, finds who has made it.
    await repeats.note('sign_up', user.id, req.ip, user.id);
    await sessions.signUp(req, draft);
    await mailJobs.enqueue({ kind: 'verify_email', userId: user.id, credentialsVersion, to: user.email });
    return user;
  }

  /** The account that the same sign-up has made a moment ago; null where the password or the network is another. */
  async function findJustMade(req: Request, { email, password }: NewAccount): Promise<Credentials | null> {
    const owner = await users.findCredentialsByEmail(email);
    const isMadeHere = owner && (await repeats.recent('sign_up', owner.user.id, req.ip)) !== null;
    return isMadeHere && (await passwords.verify(password, owner.passwordHash)).matches ? owner : null;
  }

  async function signIn(req: Request, { email, password, remember = true }: SignInAttempt): Promise<User> {
    const device = await knownDevices.find(req, () => users.findCredentialsByEmail(email));
    const attempt = await limits.signIn(emailKey(email), req.ip, device);
    const mayEnter = ({ emailVerified }: User) => emailVerified || !config.requireVerifiedEmail;
    const { credentials, userId } = await checkCredentials({ users, passwords, mayEnter }, email, password);
    if (!credentials) {
      await activity.record('sign_in_failed', userId, callerOf(req));
      await attempt.failed();
      throw new Problem('invalid_credentials', 'The e-mail address or the password is wrong.');
    }
    await attempt.succeeded();
    await sessions.signIn(req, credentials, remember);
    return credentials.user;
  }

  return { signUp, signIn, signOut: sessions.signOut };
}
