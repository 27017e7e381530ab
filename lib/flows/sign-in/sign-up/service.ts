import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import type { Limits } from '../../../limits/limits.ts';
import type { JobOf } from '../../../mail/mail-kind.ts';
import type { MailQueue } from '../../../mail/queue.ts';
import type { Prepared } from '../../../store/prepared.ts';
import { emailKey } from '../../../users/email.ts';
import type { PasswordPolicy } from '../../../users/password-policy.ts';
import type { Users } from '../../../users/repository.ts';
import type { Credentials, User } from '../../../users/user.ts';
import { askedLanguage } from '../../../web/reader.ts';
import { isEmailTaken } from '../../shared/email-taken.ts';
import type { sharedMails } from '../../shared/letters.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import type { SignUpGate } from '../../shared/sign-up-gate.ts';
import { byPassword } from '../../shared/way-in.ts';
import { type ClosedSignUpOptions, createClosedSignUp } from './closed-sign-up.ts';
import type { signUpMails } from './letters.ts';

export interface NewAccount {
  email: string;
  password: string;
  name?: string | null | undefined;
}

/** Making accounts, for the JSON routes and the pages alike. */
export interface SignUps {
  /**
   * Makes an account and signs the request in. With `REQUIRE_VERIFIED_EMAIL` it only has a mail sent, by which the
   * account is made or its owner told that there is one, and answers alike for every address.
   *
   * Asked again within a minute, with the same password and from the same network, it signs in to the account that
   * the first one has made: a double click is told what was done.
   *
   * @returns the user, or null where the address is to be confirmed first.
   * @throws {Problem} 403 `sign_up_refused`, 409 `email_taken`, 422 `weak_password`, 429 `rate_limited`, 503 `not_prepared`.
   */
  signUp(req: Request, account: NewAccount): Promise<User | null>;
}

export interface SignUpsOptions extends ClosedSignUpOptions {
  config: Pick<Config, 'requireVerifiedEmail'>;
  users: Users;
  passwordPolicy: PasswordPolicy;
  limits: Limits;
  prepared: Prepared;
  signUpGate: SignUpGate;
  sessions: SignIn;
  mailQueue: MailQueue<JobOf<typeof signUpMails | typeof sharedMails>>;
}

export function createSignUps(options: SignUpsOptions): SignUps {
  const { config, users, passwords, passwordPolicy, limits, sessions, mailQueue, now } = options;
  const { prepared, repeats, signUpGate } = options;
  const closedSignUp = createClosedSignUp(options);

  async function signUp(req: Request, { email, password, name = null }: NewAccount): Promise<User | null> {
    await prepared.requireUnique();
    const candidate = { password, path: 'password', user: { email, name } } as const;
    passwordPolicy.requireUncommon(candidate);
    await limits.signUp(req.ip);
    await passwordPolicy.requireUnbreached(candidate);
    // Before anything is looked up: a refusal is the same for every address.
    await signUpGate(req, { email, name, method: 'password' });
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
      await sessions.complete(req, { credentials: made, ...byPassword });
      return made.user;
    }
  }

  async function makeAccount(req: Request, { email, password, name = null }: NewAccount): Promise<User> {
    await users.requireFreeEmail(email);
    const passwordHash = await passwords.hash(password);
    const told = { email, name, language: askedLanguage(req), passwordHash };
    const draft = await users.draft({ ...told, createdAt: now() });
    // Guesses at an account that was not there yet are not held against this one.
    await limits.unlock(emailKey(email));
    const { user, credentialsVersion } = draft.credentials;
    // Before the account: whoever finds that, finds who has made it.
    await repeats.note('sign_up', user.id, req.ip, user.id);
    await sessions.complete(req, { credentials: draft.credentials, ...byPassword, makeAccount: draft.store });
    await mailQueue.enqueue({ kind: 'verify_email', userId: user.id, credentialsVersion, to: user.email });
    return user;
  }

  /** The account that the same sign-up has made a moment ago; null where the password or the network is another. */
  async function findJustMade(req: Request, { email, password }: NewAccount): Promise<Credentials | null> {
    const owner = await users.findCredentialsByEmail(email);
    const isMadeHere = owner && (await repeats.recent('sign_up', owner.user.id, req.ip)) !== null;
    // Who has added a second factor since, or is kept out, is no double click.
    if (!isMadeHere || owner.disabled || owner.secondFactors.length > 0) return null;
    return (await passwords.verify(password, owner.passwordHash)).matches ? owner : null;
  }

  return { signUp };
}
