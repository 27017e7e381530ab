import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import { Problem } from '../../../base/problem.ts';
import { nextPath } from '../../../web/page/next-path.ts';
import { nothingThere } from '../../../web/router.ts';
import { type Attempts, newAttempt, type Wanted } from './attempts.ts';
import type { Provider } from './provider.ts';
import type { Providers } from './providers.ts';

/** What is wanted, and where to go on to: anything but a path of ours or an allowed origin counts as `/`. */
export type Wish = Omit<Wanted, 'next'> & { next: string | undefined };

/** Sends people to a provider. */
export interface ProviderStart {
  /** @throws {Problem} 404 `not_found`. */
  find(id: string): Provider;
  /**
   * Gives the browser an attempt, and where to go with it.
   *
   * @param want `link` where the identity is to be added to an account, `anew` where who is signed in shows that again.
   * @throws {Problem} 404 `not_found`; 503 `unavailable` where the provider cannot be reached within 3 seconds.
   */
  begin(req: Request, id: string, want: Wish): Promise<URL>;
}

export interface ProviderStartOptions {
  config: Pick<Config, 'allowedOrigins'>;
  providers: Providers;
  attempts: Attempts;
}

export function createProviderStart({ config, providers, attempts }: ProviderStartOptions): ProviderStart {
  function find(id: string): Provider {
    const provider = providers.find(id);
    if (!provider) throw nothingThere();
    return provider;
  }

  /** A path of our own, or a page of an origin that may call us (OWASP ASVS 3.7.2). */
  function pathOf(next: string | undefined): string {
    const { href, protocol, origin } = next !== undefined && URL.canParse(next) ? new URL(next) : own;
    const isAllowed = /^https?:$/.test(protocol) && config.allowedOrigins.includes(origin);
    return isAllowed && href.length <= 1024 ? href : nextPath(next);
  }

  return {
    find,
    begin: async (req, id, { next, ...want }) => {
      const provider = find(id);
      const attempt = newAttempt({ next: pathOf(next), ...want });
      const url = await provider.begin(attempt).catch((cause: unknown) => {
        throw outOfReach(provider, cause);
      });
      attempts.keep(req, provider, attempt);
      return url;
    },
  };
}

const own = new URL('http://own.invalid');

function outOfReach({ settings: { name } }: Provider, cause: unknown): Problem {
  return new Problem(
    'unavailable',
    `${name} cannot be reached. Try again in a moment, or sign in in another way.`,
    {
      cause,
      headers: { 'Retry-After': '5' },
    },
  );
}
