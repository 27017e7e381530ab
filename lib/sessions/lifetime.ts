import type { Config } from '../base/config.ts';
import type { Lifetime } from '../store/records.ts';

/** Longest life of a session that was not to be remembered, in seconds: 12 hours. */
export const unrememberedSeconds = 43_200;

/** How long a sign-in waits for its second factor, in seconds: 10 minutes. */
export const waitingSeconds = 600;

export type SessionLimits = Pick<
  Config,
  'sessionIdleSeconds' | 'sessionAbsoluteSeconds' | 'sessionTouchSeconds'
>;

/**
 * The absolute end of a session, however much it is used (OWASP ASVS 7.3.2). One that ends with the browser ends after
 * {@link unrememberedSeconds} in any case; a sign-in that waits, after {@link waitingSeconds}.
 */
export function absoluteEndOf(lifetime: Lifetime, limits: SessionLimits): Date {
  const { sessionAbsoluteSeconds: most } = limits;
  const own = lifetime.waits ? waitingSeconds : lifetime.remember === false ? unrememberedSeconds : most;
  const seconds = Math.min(most, own);
  return new Date(lifetime.createdAt.getTime() + seconds * 1000);
}

/** Life of a session that is remembered, and of its cookie, in milliseconds. */
export function absoluteMs(limits: SessionLimits): number {
  return limits.sessionAbsoluteSeconds * 1000;
}

/** When a session is over if it is not used again: at its idle or its absolute limit, whichever comes first. */
export function expiryOf(lifetime: Lifetime, limits: SessionLimits): Date {
  const idleEnd = lifetime.lastSeenAt.getTime() + limits.sessionIdleSeconds * 1000;
  return new Date(Math.min(idleEnd, absoluteEndOf(lifetime, limits).getTime()));
}

/**
 * True where the session may be used at `now`.
 *
 * Asked at every read, of the settings in force, whatever the TTL index has swept and whatever limits held
 * when the session was made (OWASP ASVS 7.3.1, 7.3.2).
 */
export function isLive(lifetime: Lifetime, limits: SessionLimits, now: Date): boolean {
  return now < expiryOf(lifetime, limits);
}

/** Milliseconds between two writes of last use: the setting, but never longer than half of the idle limit. */
export function touchIntervalMs(limits: SessionLimits): number {
  return Math.min(limits.sessionTouchSeconds, limits.sessionIdleSeconds / 2) * 1000;
}
