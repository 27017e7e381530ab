import type { Config } from '../base/config.ts';

export type SignInMethod = 'password' | 'sign_up';

/** Who is signed in, and how; written once, when the session is made, and never changed by a request. */
export interface SignedIn {
  readonly userId: string;
  readonly method: SignInMethod;
  readonly authenticatedAt: Date;
  readonly emailVerified: boolean;
  /** The user's count of credential changes when this session was made. */
  readonly credentialsVersion: number;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The user's `revision`, by which an instance knows that what it remembers of the user still holds. */
  readonly userRevision?: number;
}

/** Carries a mark that nothing but this file can give: no copy has it, whatever its fields. */
class Decided {
  readonly #isDecided = true;

  constructor(signedIn: SignedIn) {
    Object.freeze(Object.assign(this, signedIn));
  }

  static is(value: object): boolean {
    return #isDecided in value;
  }
}

/** Who is signed in, as only signing in and reading a stored session may say it; it cannot be changed. */
export function decideSignedIn(signedIn: SignedIn): SignedIn {
  return new Decided(signedIn) as Decided & SignedIn;
}

/** False for what an application put into a session by itself, such as a body that it took over whole. */
export function isDecided(signedIn: SignedIn | undefined): signedIn is SignedIn {
  return typeof signedIn === 'object' && signedIn !== null && Decided.is(signedIn);
}

/** The times that bound a session. */
export interface Lifetime {
  readonly createdAt: Date;
  /** Written at most every `SESSION_TOUCH_SECONDS`. */
  readonly lastSeenAt: Date;
  /** False where the session ends with the browser, and after {@link unrememberedSeconds} in any case. */
  readonly remember?: false;
}

/** Longest life of a session that was not to be remembered, in seconds: 12 hours. */
export const unrememberedSeconds = 43_200;

/** A session as MongoDB keeps it. */
export interface SessionDocument extends Lifetime {
  /** SHA-256 of the id in the cookie. */
  _id: string;
  /** When it is over if unused from now on; the TTL index sweeps by it. */
  expires: Date;
  /** Beside `signedIn`, for the index; absent while nobody is signed in. */
  userId?: string;
  signedIn?: Omit<SignedIn, 'userId'>;
  /** What applications put into `req.session`, each key escaped. */
  session: Record<string, unknown>;
}

export type Limits = Pick<Config, 'sessionIdleSeconds' | 'sessionAbsoluteSeconds' | 'sessionTouchSeconds'>;

/** The absolute end of a session, however much it is used (OWASP ASVS 7.3.2). */
export function absoluteEndOf(lifetime: Lifetime, limits: Limits): Date {
  const { sessionAbsoluteSeconds: most } = limits;
  const seconds = lifetime.remember === false ? Math.min(most, unrememberedSeconds) : most;
  return new Date(lifetime.createdAt.getTime() + seconds * 1000);
}

/** Life of a session that is remembered, and of its cookie, in milliseconds. */
export function absoluteMs(limits: Limits): number {
  return limits.sessionAbsoluteSeconds * 1000;
}

/** When a session is over if it is not used again: at its idle or its absolute limit, whichever comes first. */
export function expiryOf(lifetime: Lifetime, limits: Limits): Date {
  const idleEnd = lifetime.lastSeenAt.getTime() + limits.sessionIdleSeconds * 1000;
  return new Date(Math.min(idleEnd, absoluteEndOf(lifetime, limits).getTime()));
}

/**
 * True where the session may be used at `now`.
 *
 * Asked at every read, of the settings in force, whatever the TTL index has swept and whatever limits held
 * when the session was made (OWASP ASVS 7.3.1, 7.3.2).
 */
export function isLive(lifetime: Lifetime, limits: Limits, now: Date): boolean {
  return now < expiryOf(lifetime, limits);
}

/** Milliseconds between two writes of last use: the setting, but never longer than half of the idle limit. */
export function touchIntervalMs(limits: Limits): number {
  return Math.min(limits.sessionTouchSeconds, limits.sessionIdleSeconds / 2) * 1000;
}
