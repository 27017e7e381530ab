import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';

export type PageCookieConfig = Pick<Config, 'deployed'>;

/**
 * A cookie by which one page leaves something to the next, in this browser alone. It goes along where somebody comes
 * back from a provider.
 */
export interface PageCookie {
  leave(res: Response, text: string, config: PageCookieConfig): void;
  find(req: Request, config: PageCookieConfig): string | undefined;
  forget(res: Response, config: PageCookieConfig): void;
}

/** @param seconds after which it is of no use any more. */
export function pageCookie(name: string, seconds: number): PageCookie {
  const nameOf = ({ deployed }: PageCookieConfig) => (deployed ? `__Host-${name}` : name);
  const attributesOf = ({ deployed }: PageCookieConfig) =>
    ({ path: '/', httpOnly: true, secure: deployed, sameSite: 'lax' }) as const;
  return {
    leave: (res, text, config) =>
      void res.cookie(nameOf(config), text, { ...attributesOf(config), maxAge: seconds * 1000 }),
    find: (req, config) => parse(req.headers.cookie ?? '')[nameOf(config)],
    forget: (res, config) => void res.clearCookie(nameOf(config), attributesOf(config)),
  };
}
