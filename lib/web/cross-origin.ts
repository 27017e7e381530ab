import type { Request, RequestHandler } from 'express';
import type { Config } from '../base/config.ts';
import { Problem } from '../base/problem.ts';
import { bearerOf } from './session/bearer.ts';

/** Origins whose pages may call with credentials: `PUBLIC_URL` and `ALLOWED_ORIGINS`. */
export function trustedOrigins(config: Pick<Config, 'publicUrl' | 'allowedOrigins'>): ReadonlySet<string> {
  return new Set([config.publicUrl, ...config.allowedOrigins]);
}

/** Methods that change nothing (RFC 9110, 9.2.1; OWASP ASVS 3.5.3). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Lets a request that changes something in only from our own pages, from allowed origins, and from what is no
 * browser (OWASP ASVS 3.5.1).
 *
 * Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`, and no page can change
 * either. A request with neither is from no browser and carries nobody's cookies but its own. Neither does one that
 * shows a bearer: no cookie counts beside that, and no browser adds one by itself.
 *
 * @param isExempt of requests to addresses that find out by themselves who has begun this.
 * @returns a middleware that throws {Problem} 403 `cross_origin`.
 */
export function refuseCrossOrigin(
  config: Pick<Config, 'publicUrl' | 'allowedOrigins'>,
  isExempt: (req: Request) => boolean,
): RequestHandler {
  const trusted = trustedOrigins(config);
  return function refuseCrossOrigin(req, _res, next) {
    if (!safeMethods.has(req.method) && !bearerOf(req) && !isLetIn(req, trusted) && !isExempt(req))
      throw new Problem('cross_origin', 'This address is not open to pages of other origins.');
    next();
  };
}

function isLetIn(req: Request, trusted: ReadonlySet<string>): boolean {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  if (site === undefined && origin === undefined) return true;
  // `none` is the user alone: a bookmark, an address typed.
  if (site === 'same-origin' || site === 'none') return true;
  return origin !== undefined && trusted.has(origin);
}
