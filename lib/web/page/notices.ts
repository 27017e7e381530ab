import type { Request, Response } from 'express';
import type { Reader, Texts } from '../../base/language.ts';
import { type PageCookieConfig, pageCookie } from './page-cookie.ts';

/** What is told once after a redirect, by its code, in each language. */
export type Notices = Texts<Readonly<Record<string, string>>>;

/** A notice that nobody has read by then is not told any more, in seconds. */
const secondsToRead = 60;

const cookie = pageCookie('notice', secondsToRead);

/** Has the next page tell this. The cookie holds only the code, so that nobody can put words in our mouth. */
export function setNotice(
  res: Response,
  code: string,
  config: PageCookieConfig,
  sameSite: 'strict' | 'lax' = 'strict',
): void {
  cookie.leave(res, code, config, sameSite);
}

/** What this page is to tell, once: it is forgotten with this answer. */
export function takeNotice(
  req: Request,
  res: Response,
  config: PageCookieConfig,
  notices: Notices,
  { language }: Reader,
): string | undefined {
  const code = cookie.find(req, config);
  if (code === undefined) return undefined;
  cookie.forget(res, config);
  const texts = notices[language];
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}
