import { createHash, randomBytes } from 'node:crypto';
import { parse } from 'cookie';
import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import type { SpentChallenges } from '../../../tokens/spent-challenges.ts';
import { cookieAttributes } from '../../../web/session/cookie.ts';
import { createSealedCookie } from '../sealed-cookie.ts';
import type { Provider, Ties } from './provider.ts';

const attemptMs = 10 * 60 * 1000;
/** Of one browser at once, for pages side by side; the oldest is forgotten. */
const mostAtOnce = 3;

/** Whose account a provider is being linked to. */
export interface Linking {
  readonly userId: string;
  /** Of the credentials that allowed it. */
  readonly credentialsVersion: number;
  /** The session that asked for it, as it is stored. */
  readonly sessionId: string;
}

/** What is wanted of a provider's answer. */
export interface Wanted {
  /** A path of ours to go on to. */
  readonly next: string;
  /** Of {@link Ties}. */
  readonly anew?: string | undefined;
  /** Where the identity is added to an account; else somebody signs in. */
  readonly link?: Linking | undefined;
}

/** Somebody who was sent to a provider, and has not come back yet. */
export type Attempt = Ties & Wanted;

/**
 * Attempts to sign in by a provider. Until it has answered, one stands nowhere but in a cookie of that browser, for
 * ten minutes and encrypted (OWASP ASVS 10.1.2, 10.2.1).
 *
 * Browsers keep that cookie back where a provider answers by a form (`form_post`). A second one, which goes with such
 * a form too, holds nothing but hashes of states: by these it is known that it was this browser that began.
 */
export interface Attempts {
  /** Has the answer give the browser this one. */
  keep(req: Request, provider: Provider, attempt: Attempt): void;
  /** The attempt of this browser, for the first time, also in a race over instances; null where there is none. */
  take(req: Request, provider: Provider, state: string): Promise<Attempt | null>;
  /** Whether this browser has sent the attempt along. */
  has(req: Request, provider: Provider, state: string): boolean;
  /** Whether it was this browser that began, of a provider that answers by a form. */
  isTied(req: Request, state: string): boolean;
}

export interface AttemptsOptions {
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  spentChallenges: SpentChallenges;
  now: () => Date;
}

export function createAttempts({ config, spentChallenges, now }: AttemptsOptions): Attempts {
  const cookie = createSealedCookie({
    config,
    name: 'provider',
    purpose: 'provider attempt',
    lifeMs: attemptMs,
    mostAtOnce,
    sameSite: 'lax',
    now,
  });
  const tieName = config.deployed ? '__Host-provider-tie' : 'session_auth_provider_tie';

  function find(req: Request, provider: Provider, state: string) {
    for (const { text, expiresAt } of cookie.find(req, provider.settings.id)) {
      const attempt: Attempt = JSON.parse(text);
      if (attempt.state === state) return { attempt, expiresAt };
    }
    return null;
  }

  function tiesOn(req: Request): string[] {
    const value = parse(req.headers.cookie ?? '')[tieName] ?? '';
    return /^[\w-]{43}(?:\.[\w-]{43})*$/.test(value) ? value.split('.') : [];
  }

  /** No browser takes `None` without `Secure`; for one's own machine they count as the same. */
  function tie(req: Request, state: string): void {
    const kept = [tieOf(state), ...tiesOn(req)].slice(0, mostAtOnce).join('.');
    const attributes = { ...cookieAttributes(config), sameSite: 'none', secure: true } as const;
    req.res?.cookie(tieName, kept, { ...attributes, maxAge: attemptMs });
  }

  return {
    keep: (req, provider, attempt) => {
      cookie.add(req, JSON.stringify(attempt), provider.settings.id);
      if (provider.settings.responseMode === 'form_post') tie(req, attempt.state);
    },
    take: async (req, provider, state) => {
      const found = find(req, provider, state);
      if (!found) return null;
      return (await spentChallenges.spend(state, found.expiresAt)) ? found.attempt : null;
    },
    has: (req, provider, state) => find(req, provider, state) !== null,
    isTied: (req, state) => tiesOn(req).includes(tieOf(state)),
  };
}

/** Makes a new one. */
export function newAttempt(wanted: Wanted): Attempt {
  return { state: secret(), nonce: secret(), verifier: secret(), ...wanted };
}

const secret = () => randomBytes(32).toString('base64url');

const tieOf = (state: string) => createHash('sha256').update(state).digest('base64url');
