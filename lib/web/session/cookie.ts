import type { Response } from 'express';
import type { Config, SameSite } from '../../base/config.ts';

export interface CookieAttributes {
  path: '/';
  httpOnly: true;
  secure: boolean;
  sameSite: SameSite;
  /** For other hosts too; without it for our own alone. */
  domain?: string;
}

/** The attributes of cookies of ours; `Secure` everywhere but in `dev` and `test` (OWASP ASVS 3.3.1 to 3.3.4). */
export function cookieAttributes(config: Pick<Config, 'deployed' | 'cookieSameSite'>): CookieAttributes {
  return { path: '/', httpOnly: true, secure: config.deployed, sameSite: config.cookieSameSite };
}

/** The same of the session cookie, which alone has the domain that `COOKIE_DOMAIN` names. */
export function sessionCookieAttributes(
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'cookieDomain'>,
): CookieAttributes {
  const { cookieDomain: domain } = config;
  return { ...cookieAttributes(config), ...(domain !== undefined && { domain }) };
}

/** Tells the browser to forget the session cookie. */
export function clearSessionCookie(
  res: Response,
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'cookieName' | 'cookieDomain'>,
): void {
  res.clearCookie(config.cookieName, sessionCookieAttributes(config));
}

/**
 * How many different cookies of that name a Cookie header has: two are one of ours and one that somebody planted.
 * The same one twice leaves nothing to choose, and counts once.
 */
export function timesNamed(header: string, name: string): number {
  const values = new Set<string>();
  for (const pair of header.split(';')) {
    const [given = '', ...rest] = pair.split('=');
    if (given.trim() === name) values.add(rest.join('=').trim());
  }
  return values.size;
}
