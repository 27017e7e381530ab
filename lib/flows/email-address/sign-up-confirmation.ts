import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import { Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import type { OneTimeTokens, StoredToken } from '../../tokens/one-time-tokens.ts';
import { repeatMs } from '../../tokens/repeats.ts';
import { invalidToken } from '../../tokens/token-problems.ts';
import type { WaitingSignUp, WaitingSignUps } from '../../tokens/waiting-sign-ups.ts';
import { emailKey } from '../../users/email.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { Credentials } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import { isEmailTaken } from '../shared/email-taken.ts';
import { shared } from '../shared/manifest.ts';

/** Confirming a closed sign-up (`REQUIRE_VERIFIED_EMAIL`): its account is made by the link that was mailed for it. */
export interface SignUpConfirmation {
  /**
   * Makes the account of a waiting sign-up, of which all others of that address are void. Safe to repeat wherever it
   * has stopped.
   *
   * @param token of purpose `sign_up`, while it is being spent.
   * @throws {Problem} 400 `invalid_token` where the address has another account by now; 403 `wrong_password` without
   * the password of this very sign-up; 429 `rate_limited`.
   */
  confirm(req: Request, token: StoredToken, password: string | undefined): Promise<void>;
  /** Answers who asks again for what {@link SignUpConfirmation.confirm} has done; throws as it does. */
  confirmAgain(req: Request, token: StoredToken, password: string | undefined): Promise<void>;
}

export interface SignUpConfirmationOptions {
  users: Users;
  waitingSignUps: WaitingSignUps;
  passwords: Passwords;
  tokens: OneTimeTokens;
  limits: Limits;
  activity: Activity<'sign_up' | 'email_verified'>;
  now: () => Date;
}

export function createSignUpConfirmation(options: SignUpConfirmationOptions): SignUpConfirmation {
  const { users, waitingSignUps, passwords, tokens, limits, activity, now } = options;

  async function confirm(req: Request, token: StoredToken, password: string | undefined): Promise<void> {
    const waiting = await waitingSignUps.find(token.userId);
    if (!waiting) return confirmAgain(req, token, password);
    const owner = await users.findCredentialsByEmail(waiting.email);
    if (owner && !isMadeOf(owner, waiting)) throw invalidToken();
    await requirePassword(req, password, waiting.passwordHash);
    const userId = owner?.user.id ?? (await makeAccount(waiting));
    await activity.record('sign_up', userId, callerOf(req));
    await activity.record('email_verified', userId, callerOf(req));
    // From here on the link says by itself which account it has made.
    await tokens.handOver(waiting.id, userId);
    await waitingSignUps.endAll(waiting.email);
  }

  /** The account comes last: where anything fails before, there is none, and the link is as good as it was. */
  async function makeAccount(waiting: WaitingSignUp): Promise<string> {
    const { email, name, language, passwordHash } = waiting;
    const at = now();
    const told = { email, name, language, passwordHash };
    const draft = await users.draft({ ...told, createdAt: at, emailVerifiedAt: at });
    // Guesses at an account that was not there yet are not held against this one.
    await limits.unlock(emailKey(email));
    try {
      await draft.store();
      return draft.credentials.user.id;
    } catch (error) {
      if (!isEmailTaken(error)) throw error;
      const owner = await users.findCredentialsByEmail(email);
      if (!owner || !isMadeOf(owner, waiting)) throw invalidToken();
      return owner.user.id;
    }
  }

  async function confirmAgain(req: Request, { userId }: StoredToken, password: string | undefined) {
    const made = await users.findCredentialsById(userId);
    // Later it would be one more place to guess a password at.
    if (!made || now().getTime() - made.user.createdAt.getTime() > repeatMs) throw invalidToken();
    await requirePassword(req, password, made.passwordHash);
  }

  /** Asked while nobody else can spend the token, so that of many guesses at once no more are answered. */
  async function requirePassword(
    req: Request,
    password: string | undefined,
    passwordHash: string | undefined,
  ) {
    if (password === undefined) throw wrongPassword();
    const attempt = await limits.token(req.ip);
    if (!(await passwords.verify(password, passwordHash)).matches) {
      await attempt.failed();
      throw wrongPassword();
    }
    await attempt.succeeded();
  }

  return { confirm, confirmAgain };
}

/** Two hashes of one password differ by their salt: the same one is of the same sign-up. */
function isMadeOf(owner: Credentials, waiting: WaitingSignUp): boolean {
  return owner.passwordHash !== undefined && owner.passwordHash === waiting.passwordHash;
}

function wrongPassword(): Problem {
  return new Problem(
    shared.problems.wrong_password,
    'This link asks for the password of the very sign-up that it was mailed for. If you do not know it, use the link of your own sign-up, or sign up again.',
    { errors: [{ path: 'password', message: notThisPassword }] },
  );
}

const notThisPassword =
  'This is not the password of this sign-up. Use the link of your own sign-up, or sign up again.';
