import cors from 'cors';
import type { RequestHandler } from 'express';
import type { Config } from '../base/config.ts';
import { trustedOrigins } from './cross-origin.ts';

/** How long a browser may remember the answer to a preflight, in seconds. */
const preflightSeconds = 7200;

/**
 * CORS by an allow-list of exact origins (OWASP ASVS 3.4.2), in one place for every event source.
 *
 * An origin that is not on the list gets no CORS header at all. A preflight is answered here, with 204, and goes
 * no further.
 */
export function allowOrigins(
  config: Pick<Config, 'publicUrl' | 'allowedOrigins' | 'allowedHeaders'>,
): RequestHandler {
  const trusted = trustedOrigins(config);
  const setHeaders = cors({
    origin: [...trusted],
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Content-Type', ...config.allowedHeaders],
    exposedHeaders: ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy'],
    maxAge: preflightSeconds,
    preflightContinue: true,
  });

  return function allowOrigins(req, res, next) {
    const isPreflight = req.method === 'OPTIONS' && req.get('access-control-request-method') !== undefined;
    const proceed = (error?: unknown) => {
      if (error === undefined && isPreflight) res.status(204).end();
      else next(error);
    };
    // Also without the header: what is cached for one origin must not be given to another.
    res.vary('Origin');
    if (trusted.has(req.get('origin') ?? '')) setHeaders(req, res, proceed);
    else proceed();
  };
}
