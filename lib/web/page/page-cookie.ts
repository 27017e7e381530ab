import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';

export type PageCookieConfig = Pick<Config, 'deployed'>;

/** A cookie by which one page leaves something to the next: of this browser and our own pages alone. */
export interface PageCookie {
  /** @param sameSite `lax` where the next page may be come to from another site, as from a provider. */
  leave(res: Response, text: string, config: PageCookieConfig, sameSite?: 'strict' | 'lax'): void;
  find(req: Request, config: PageCookieConfig): string | undefined;
  forget(res: Response, config: PageCookieConfig): void;
}

/** @param seconds after which it is of no use any more. */
export function pageCookie(name: string, seconds: number): PageCookie {
  const nameOf = ({ deployed }: PageCookieConfig) => (deployed ? `__Host-${name}` : name);
  const attributesOf = ({ deployed }: PageCookieConfig) =>
    ({ path: '/', httpOnly: true, secure: deployed, sameSite: 'strict' }) as const;
  return {
    leave: (res, text, config, sameSite = 'strict') =>
      void res.cookie(nameOf(config), text, { ...attributesOf(config), sameSite, maxAge: seconds * 1000 }),
    find: (req, config) => parse(req.headers.cookie ?? '')[nameOf(config)],
    forget: (res, config) => void res.clearCookie(nameOf(config), attributesOf(config)),
  };
}
