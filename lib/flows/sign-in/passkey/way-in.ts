import type { Activity } from '../../../activity/activity.ts';
import type { Config } from '../../../base/config.ts';
import type { Limits } from '../../../limits/limits.ts';
import type { Assertion } from '../../../users/passkey-responses.ts';
import type { Passkeys } from '../../../users/passkeys.ts';
import { callerOf } from '../../../web/caller.ts';
import { type CopiedPasskeyOptions, tellCopiedPasskey } from '../../shared/copied-passkey.ts';
import { invalidPasskey } from '../../shared/invalid-passkey.ts';
import type { PasskeyChallenges } from '../../shared/passkey-challenges.ts';
import type { WayIn } from '../../shared/way-in.ts';

export interface PasskeyInput {
  passkey: Assertion;
  remember?: boolean | undefined;
}

export interface PasskeyWayInOptions extends CopiedPasskeyOptions {
  config: Pick<Config, 'requireVerifiedEmail'>;
  passkeys: Passkeys;
  passkeyChallenges: PasskeyChallenges;
  limits: Limits;
  activity: Activity<'sign_in_failed' | 'passkey_refused'>;
}

/** The way in by a passkey alone. With `REQUIRE_VERIFIED_EMAIL` it is none to an account whose address nobody confirmed. */
export function createPasskeyWayIn(options: PasskeyWayInOptions): WayIn<PasskeyInput> {
  const { config, passkeys, passkeyChallenges, limits, activity } = options;

  return {
    name: 'passkey',
    factor: 'both',
    prove: async ({ passkey, remember = true }, caller) => {
      const attempt = await limits.passkey(caller.ip);
      const challenge = await passkeyChallenges.spend(caller, 'sign_in', passkey);
      const shown = await passkeys.use(passkey.response.userHandle ?? '', passkey, {
        challenge,
        alone: true,
        mayEnter: ({ emailVerified }) => emailVerified || !config.requireVerifiedEmail,
      });
      if (shown.outcome === 'right') {
        await attempt.succeeded();
        const { credentials } = shown;
        return { credentials, methods: ['passkey'], assurance: 2, remember, overtaken: invalidPasskey };
      }
      if (shown.outcome === 'copied') await tellCopiedPasskey(options, caller, shown.userId);
      else await activity.record('sign_in_failed', shown.userId, callerOf(caller));
      await attempt.failed();
      throw invalidPasskey();
    },
  };
}
