import { parse } from 'cookie';
import type { Request } from 'express';
import type { Config, SameSite } from '../../base/config.ts';
import { createSeal } from '../../users/seal.ts';
import { bearerOf } from '../../web/session/bearer.ts';
import { cookieAttributes, timesNamed } from '../../web/session/cookie.ts';

/** Longest value, in characters: browsers keep 4096 of a cookie with its name and attributes. */
const longest = 3700;
const cookieForm = /^[\w-]{40,3700}(?:\.[\w-]{40,3700}){0,3}$/;

/** What one browser has begun and nobody has finished yet. */
export interface Begun {
  readonly text: string;
  readonly expiresAt: Date;
}

/**
 * A cookie that holds what a browser has begun, encrypted, so that who begins much fills no database. Of several at
 * once, in pages side by side, the newest are kept.
 */
export interface SealedCookie {
  /**
   * Has the answer give the browser one more.
   *
   * @param about without which it does not open.
   * @returns the cookie's value, which a client that keeps no cookies shows as a bearer.
   */
  add(req: Request, text: string, about: string): string;
  /** What is not over, newest first; of a cookie that is not ours, or comes twice, nothing. */
  find(req: Request, about: string): Begun[];
  /** Has the answer take the whole cookie out of the browser. */
  forget(req: Request): void;
}

export interface SealedCookieOptions {
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  /** After `__Host-`, or `session_auth_` on one machine. */
  name: string;
  /** Keeps what is sealed for one use from that for another. */
  purpose: string;
  lifeMs: number;
  mostAtOnce: number;
  /** Where it is not that of the session's cookie. */
  sameSite?: SameSite;
  now: () => Date;
}

export function createSealedCookie(options: SealedCookieOptions): SealedCookie {
  const { config, purpose, lifeMs, mostAtOnce, sameSite = config.cookieSameSite, now } = options;
  const name = config.deployed
    ? `__Host-${options.name}`
    : `session_auth_${options.name.replaceAll('-', '_')}`;
  const seal = createSeal(config.sessionSecrets, purpose);

  function sealedOn(req: Request): string[] {
    const bearer = bearerOf(req);
    if (bearer) return partsOf(bearer.token);
    const header = req.headers.cookie ?? '';
    if (timesNamed(header, name) !== 1) return [];
    return partsOf(parse(header)[name]);
  }

  function open(sealed: string, about: string): Begun[] {
    const [, expiresAt, text] = /^(\d+) (.*)$/s.exec(seal.open(sealed, about) ?? '') ?? [];
    return text === undefined ? [] : [{ text, expiresAt: new Date(Number(expiresAt)) }];
  }

  return {
    add: (req, text, about) => {
      const sealed = seal.close(`${now().getTime() + lifeMs} ${text}`, about);
      const kept = [sealed, ...sealedOn(req)].slice(0, mostAtOnce);
      while (kept.length > 1 && kept.join('.').length > longest) kept.pop();
      const value = kept.join('.');
      req.res?.cookie(name, value, { ...cookieAttributes(config), sameSite, maxAge: lifeMs });
      return value;
    },
    find: (req, about) =>
      sealedOn(req)
        .flatMap((sealed) => open(sealed, about))
        .filter(({ expiresAt }) => expiresAt > now()),
    forget: (req) => void req.res?.clearCookie(name, { ...cookieAttributes(config), sameSite }),
  };
}

function partsOf(value = ''): string[] {
  return cookieForm.test(value) ? value.split('.') : [];
}
