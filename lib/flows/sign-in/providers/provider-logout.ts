import type { Request } from 'express';
import type { Activity } from '../../../activity/activity.ts';
import { errorFields, type Log } from '../../../base/log.ts';
import { Problem } from '../../../base/problem.ts';
import type { Limits } from '../../../limits/limits.ts';
import type { Devices } from '../../../sessions/devices.ts';
import type { ProviderEnds } from '../../../tokens/provider-ends.ts';
import type { SpentChallenges } from '../../../tokens/spent-challenges.ts';
import type { Users } from '../../../users/repository.ts';
import { callerOf } from '../../../web/caller.ts';
import { type LoggedOut, methodOf, type Provider } from '../../shared/providers/provider.ts';
import { endsOf } from '../../shared/providers/provider-session.ts';
import type { ProviderStart } from '../../shared/providers/provider-start.ts';
import { signIn as manifest } from '../manifest.ts';

/** What a provider tells us when somebody signs out there. */
export interface ProviderLogout {
  /**
   * Ends the sessions that came by a provider where it says that they ended there, the sign-ins that wait for a second
   * factor after it, and those that are under way. What is interrupted is done by the same token again.
   *
   * @throws {Problem} 400 `invalid_logout_token`; 404 `not_found`; 429 `rate_limited`; 503
   * `unavailable` where the provider is away, so that nobody can say whether its token is right.
   */
  loggedOut(req: Request, providerId: string, logoutToken: string): Promise<void>;
}

export interface ProviderLogoutOptions {
  log: Log;
  users: Pick<Users, 'findCredentialsByIdentity'>;
  devices: Pick<Devices, 'endByMethod' | 'endByProviderSession'>;
  limits: Pick<Limits, 'token'>;
  activity: Activity<'provider_logout'>;
  providerStart: Pick<ProviderStart, 'find'>;
  spentChallenges: SpentChallenges;
  providerEnds: ProviderEnds;
}

export function createProviderLogout(options: ProviderLogoutOptions): ProviderLogout {
  const { log, users, devices, limits, activity, providerStart, spentChallenges, providerEnds } = options;

  /**
   * Where the token names a user all of them end, also where it names a session as well. Who is not known here may have come
   * by that session all the same, and unlinked the provider since.
   *
   * @returns the users of whom a session ended.
   */
  async function endSessions(
    { settings }: Provider,
    { identity, session }: LoggedOut,
  ): Promise<readonly string[]> {
    const credentials = identity && (await users.findCredentialsByIdentity(identity));
    if (credentials) return devices.endByMethod(credentials.user.id, methodOf(settings));
    return session === undefined ? [] : devices.endByProviderSession(session);
  }

  return {
    loggedOut: async (req, providerId, logoutToken) => {
      const provider = providerStart.find(providerId);
      const attempt = await limits.token(req.ip);
      const ended = await provider.loggedOut?.(logoutToken).catch((error: unknown) => {
        // The token may be right: the provider tells us again, and it counts as no wrong one.
        if (error instanceof Problem) throw error;
        log.warn('a logout token was refused', { provider: providerId, ...errorFields(error) });
      });
      const token = `${providerId} ${ended?.tokenId}`;
      if (ended && !(await spentChallenges.isSpent(token))) {
        await providerEnds.note(endsOf(ended));
        // Marked once they have ended, so that a token whose work was interrupted is taken again.
        for (const userId of await endSessions(provider, ended))
          await activity.record('provider_logout', userId, callerOf(req));
        if (await spentChallenges.spend(token, ended.until)) return;
      }
      await attempt.failed();
      throw new Problem(
        manifest.problems.invalid_logout_token,
        'This is no logout token for us, or it was used.',
      );
    },
  };
}
