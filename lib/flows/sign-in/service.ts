import type { Request, Response } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Config } from '../../base/config.ts';
import { Problem } from '../../base/problem.ts';
import type { Limits } from '../../limits/limits.ts';
import { checkCredentials } from '../../users/check-credentials.ts';
import { emailKey } from '../../users/email.ts';
import type { Passwords } from '../../users/passwords.ts';
import type { Users } from '../../users/repository.ts';
import type { User } from '../../users/user.ts';
import { callerOf } from '../../web/caller.ts';
import type { EventOf } from '../flow.ts';
import { createKnownDevices } from '../shared/known-device.ts';
import type { SignIn } from '../shared/sign-in.ts';
import type { signIn as manifest } from './manifest.ts';

export interface SignInAttempt {
  email: string;
  password: string;
  remember?: boolean | undefined;
}

/** How people come in and leave, for the JSON routes and the pages alike. */
export interface Access {
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
  limits: Limits;
  sessions: SignIn;
  activity: Activity<EventOf<typeof manifest>>;
}

export function createAccess(options: AccessOptions): Access {
  const { config, users, passwords, limits, sessions, activity } = options;
  const knownDevices = createKnownDevices(config);

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

  return { signIn, signOut: sessions.signOut };
}
