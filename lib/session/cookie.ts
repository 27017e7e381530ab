import type { Response } from 'express';
import type { Config, SameSite } from '../config.ts';

export interface CookieAttributes {
  path: '/';
  httpOnly: true;
  secure: boolean;
  sameSite: SameSite;
}

/** The attributes of the session cookie; `Secure` everywhere but in `dev` and `test` (OWASP ASVS 3.3.1 to 3.3.4). */
export function cookieAttributes(config: Pick<Config, 'deployed' | 'cookieSameSite'>): CookieAttributes {
  return { path: '/', httpOnly: true, secure: config.deployed, sameSite: config.cookieSameSite };
}

/** Tells the browser to forget the session cookie. */
export function clearSessionCookie(
  res: Response,
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'cookieName'>,
): void {
  res.clearCookie(config.cookieName, cookieAttributes(config));
}

/** How many cookies of that name a Cookie header has: two are one of ours and one that somebody planted. */
export function timesNamed(header: string, name: string): number {
  return header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name).length;
}
