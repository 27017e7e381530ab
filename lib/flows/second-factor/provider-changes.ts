import type { Request } from 'express';
import { notSignedIn, Problem } from '../../base/problem.ts';
import { addCredentials, changeCredentials, type Successor } from '../../sessions/change-credentials.ts';
import { storageId } from '../../sessions/id.ts';
import type { Factors } from '../../store/credential-records.ts';
import type { Prepared } from '../../store/prepared.ts';
import { identityRecord } from '../../users/identity.ts';
import type { Users } from '../../users/repository.ts';
import type { SecondFactors } from '../../users/second-factors.ts';
import { signedInOn } from '../../web/session/require-user.ts';
import { requireFresh, requireStillThere } from '../shared/fresh.ts';
import type { Linking } from '../shared/providers/attempts.ts';
import type { CallbackProblem } from '../shared/providers/callback-problems.ts';
import type { Provider, Shown } from '../shared/providers/provider.ts';
import type { ProviderStart } from '../shared/providers/provider-start.ts';
import type { FactorChangesOptions } from './factor-changes.ts';
import { lastWayIn } from './last-way-in.ts';
import { secondFactor as manifest } from './manifest.ts';
import { createToldChange } from './told-change.ts';

/** Changes of the providers by which somebody signs in. */
export interface ProviderChanges {
  /**
   * Where to go to add one; what comes back is for {@link ProviderChanges.link}.
   *
   * @throws {Problem} 403 `reauthentication_needed`; 404 `not_found`; 409 `provider_linked`; 503 `unavailable`.
   */
  begin(req: Request, providerId: string): Promise<URL>;
  /**
   * Adds who somebody has shown to be with a provider. The session that asked must be there still, and the
   * credentials what they were then.
   *
   * @returns why it was not added, or null.
   * @throws {Problem} 401 `not_signed_in` where that session ends meanwhile.
   */
  link(req: Request, provider: Provider, to: Linking, shown: Shown): Promise<CallbackProblem | null>;
  /**
   * Every other session ends; this one gets a new id.
   *
   * @throws {Problem} 403 `reauthentication_needed`; 404 `not_found`; 409 `last_way_in`.
   */
  remove(req: Request, providerId: string): Promise<void>;
}

export interface ProviderChangesOptions extends FactorChangesOptions {
  users: Users;
  secondFactors: SecondFactors;
  providerStart: ProviderStart;
  prepared: Prepared;
}

export function createProviderChanges(options: ProviderChangesOptions): ProviderChanges {
  const { users, secondFactors, sessions, prepared, providerStart, now } = options;
  const { tell, requireChanged } = createToldChange(options);

  async function viewOf(userId: string) {
    const view = await secondFactors.view(userId);
    if (!view) throw notSignedIn({ clearCookie: true });
    return view;
  }

  async function begin(req: Request, providerId: string): Promise<URL> {
    const { settings } = providerStart.find(providerId);
    await prepared.requireUnique();
    const { user, credentialsVersion } = await requireFresh(options, req);
    const { providers } = await viewOf(user.id);
    if (providers.some(({ provider }) => provider === providerId)) throw alreadyLinked(settings.name);
    const link = { userId: user.id, credentialsVersion, sessionId: storageId(req.sessionID) };
    return providerStart.begin(req, providerId, { next: '/security', link });
  }

  async function link(req: Request, { settings }: Provider, to: Linking, { identity }: Shown) {
    const { userId, credentialsVersion, sessionId } = to;
    if (signedInOn(req)?.userId !== userId || storageId(req.sessionID) !== sessionId)
      return 'sign_in_expired';
    const owner = await users.findCredentialsByIdentity(identity);
    if (owner) return owner.user.id === userId ? null : 'account_exists';
    const before = await users.findCredentialsById(userId);
    if (before?.credentialsVersion !== credentialsVersion) return 'sign_in_expired';
    const added = identityRecord({ ...identity, provider: settings.id, linkedAt: now() });
    const factors = ({ identities = [] }: Factors) =>
      identities.some(({ provider }) => provider === settings.id)
        ? null
        : { identities: [...identities, added] };
    const succeed = async () => {
      await requireStillThere(options, req);
      return stays(sessionId);
    };
    const outcome = await addCredentials(options, userId, credentialsVersion, { factors }, succeed);
    if (outcome === 'taken') return 'account_exists';
    if (outcome === 'gone') return 'sign_in_expired';
    await tell(req, before, 'provider_linked');
    return null;
  }

  async function remove(req: Request, providerId: string): Promise<void> {
    const before = await requireFresh(options, req);
    const { providers } = await viewOf(before.user.id);
    if (providers.every(({ provider }) => provider !== providerId)) throw noSuchProvider();
    if (!(await secondFactors.hasWayIn(before.user.id, { provider: providerId }))) throw lastWayIn();
    const factors = ({ identities = [] }: Factors) => {
      const left = identities.filter(({ provider }) => provider !== providerId);
      return { identities: left.length > 0 ? left : undefined };
    };
    const succeed = () => sessions.succeed(req, before, []);
    requireChanged(
      await changeCredentials(options, before.user.id, before.credentialsVersion, { factors }, succeed),
    );
    await tell(req, before, 'provider_unlinked');
  }

  return { begin, link, remove };
}

/** The session that asks goes on as it is. */
const stays = (id: string): Successor => ({ id, keep: () => undefined, drop: async () => undefined });

function alreadyLinked(name: string): Problem {
  return new Problem(manifest.problems.provider_linked, `You sign in by ${name} already. Unlink that first.`);
}

function noSuchProvider(): Problem {
  return new Problem('not_found', 'You do not sign in by this provider. It may have been unlinked already.');
}
