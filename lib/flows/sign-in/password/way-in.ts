import type { Activity } from '../../../activity/activity.ts';
import type { Config } from '../../../base/config.ts';
import type { Limits } from '../../../limits/limits.ts';
import { checkCredentials } from '../../../users/check-credentials.ts';
import { emailKey } from '../../../users/email.ts';
import type { Passwords } from '../../../users/passwords.ts';
import type { Users } from '../../../users/repository.ts';
import type { User } from '../../../users/user.ts';
import { callerOf } from '../../../web/caller.ts';
import { createKnownDevices } from '../../shared/known-device.ts';
import { byPassword, invalidCredentials, type WayIn } from '../../shared/way-in.ts';

export interface PasswordInput {
  email: string;
  password: string;
  remember?: boolean | undefined;
}

export interface PasswordWayInOptions {
  config: Pick<Config, 'requireVerifiedEmail' | 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  users: Users;
  passwords: Passwords;
  limits: Limits;
  activity: Activity<'sign_in_failed'>;
}

/** The way in by an address and its password. With `REQUIRE_VERIFIED_EMAIL` only a confirmed address is one. */
export function createPasswordWayIn(options: PasswordWayInOptions): WayIn<PasswordInput> {
  const { config, users, passwords, limits, activity } = options;
  const knownDevices = createKnownDevices(config);
  const mayEnter = ({ emailVerified }: User) => emailVerified || !config.requireVerifiedEmail;

  return {
    name: 'password',
    factor: 'first',
    prove: async ({ email, password, remember = true }, caller) => {
      const device = await knownDevices.find(caller, () => users.findCredentialsByEmail(email));
      const attempt = await limits.signIn(emailKey(email), caller.ip, device);
      const { credentials, userId } = await checkCredentials({ users, passwords, mayEnter }, email, password);
      if (!credentials) {
        await activity.record('sign_in_failed', userId, callerOf(caller));
        await attempt.failed();
        throw invalidCredentials();
      }
      await attempt.succeeded();
      return { credentials, ...byPassword, remember };
    },
  };
}
