import { hash } from 'node:crypto';
import type { ProviderSettings } from '../../../base/provider-settings.ts';
import { identityKey } from '../../../users/identity.ts';
import { type LoggedOut, methodOf } from './provider.ts';

/**
 * By what our sessions are found that came by a session with a provider: the method, and the SHA-256 of the provider's
 * name of it. So it has one length, whatever a provider sends, and says which provider it was.
 *
 * @param sid as the provider has signed it.
 * @returns undefined where that names none.
 */
export function providerSession(settings: Pick<ProviderSettings, 'id'>, sid: unknown): string | undefined {
  if (typeof sid !== 'string' || sid === '') return undefined;
  return `${methodOf(settings)}:${hash('sha256', sid, 'base64url')}`;
}

/**
 * Which one a session is kept under that came by `before` and shows `now` anew: the newer of one provider. What another
 * provider is asked for on the way does not part it from the one that it came by.
 */
export function keptOf(before: string | undefined, now: string | undefined): string | undefined {
  if (before === undefined || now === undefined) return before ?? now;
  return providerIn(before) === providerIn(now) ? now : before;
}

/** Names of what ends at a provider where it ends this: all that somebody has there, or a session. */
export function endsOf({ identity, session }: Partial<Pick<LoggedOut, 'identity' | 'session'>>): string[] {
  return [...(identity ? [identityKey(identity)] : []), ...(session === undefined ? [] : [session])];
}

const providerIn = (session: string) => session.slice(0, session.lastIndexOf(':'));
