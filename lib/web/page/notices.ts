import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';

/** What is told once after a redirect, by its code. */
export type Notices = Readonly<Record<string, string>>;

/** A notice that nobody has read by then is not told any more, in seconds. */
const secondsToRead = 60;

type NoticeConfig = Pick<Config, 'deployed'>;

/** Has the next page tell this. The cookie holds only the code, so that nobody can put words in our mouth. */
export function setNotice(res: Response, code: string, config: NoticeConfig): void {
  res.cookie(nameOf(config), code, { ...attributesOf(config), maxAge: secondsToRead * 1000 });
}

/** What this page is to tell, once: it is forgotten with this answer. */
export function takeNotice(
  req: Request,
  res: Response,
  config: NoticeConfig,
  notices: Notices,
): string | undefined {
  const code = parse(req.headers.cookie ?? '')[nameOf(config)];
  if (code === undefined) return undefined;
  res.clearCookie(nameOf(config), attributesOf(config));
  return Object.hasOwn(notices, code) ? notices[code] : undefined;
}

function nameOf({ deployed }: NoticeConfig): string {
  return deployed ? '__Host-notice' : 'notice';
}

function attributesOf({ deployed }: NoticeConfig) {
  return { path: '/', httpOnly: true, secure: deployed, sameSite: 'strict' } as const;
}
