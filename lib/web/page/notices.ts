import { parse } from 'cookie';
import type { Request, Response } from 'express';
import type { Config } from '../../base/config.ts';

/** What is told once after a redirect. The cookie holds only the code, so that nobody can put words in our mouth. */
const notices = {
  signed_up: 'Your account is ready. We have sent you a mail: follow its link to confirm your address.',
  check_mail:
    'Almost done. If this address can be signed up, a mail is on its way: follow its link, and enter the password that you have just chosen.',
  signed_out: 'You are signed out.',
  reset_requested:
    'If there is an account with this address, a mail is on its way. Its link works for 10 minutes.',
  password_reset: 'Your new password is set, and every session has ended. Sign in with it.',
  password_changed: 'Your new password is set, and every other session has ended.',
  name_changed: 'Your name is saved.',
  email_requested:
    'We have sent a mail to the new address. The change takes effect when you follow its link.',
  email_verified: 'Your e-mail address is confirmed.',
  email_undone:
    'Your old e-mail address is back, your new password is set, and every session has ended. Sign in with them.',
  verification_sent:
    'If the address still waits to be confirmed, a mail is on its way. Its link works for 24 hours.',
  session_ended: 'The session has ended. That device is signed out.',
  others_ended: 'Every other session has ended.',
  left: 'Your account is deleted, with everything that was stored about you.',
} as const;

export type NoticeCode = keyof typeof notices;

/** A notice that nobody has read by then is not told any more, in seconds. */
const secondsToRead = 60;

type NoticeConfig = Pick<Config, 'deployed'>;

/** Has the next page tell this. */
export function setNotice(res: Response, code: NoticeCode, config: NoticeConfig): void {
  res.cookie(nameOf(config), code, { ...attributesOf(config), maxAge: secondsToRead * 1000 });
}

/** What this page is to tell, once: it is forgotten with this answer. */
export function takeNotice(req: Request, res: Response, config: NoticeConfig): string | undefined {
  const code = parse(req.headers.cookie ?? '')[nameOf(config)];
  if (code === undefined) return undefined;
  res.clearCookie(nameOf(config), attributesOf(config));
  return Object.hasOwn(notices, code) ? notices[code as NoticeCode] : undefined;
}

function nameOf({ deployed }: NoticeConfig): string {
  return deployed ? '__Host-notice' : 'notice';
}

function attributesOf({ deployed }: NoticeConfig) {
  return { path: '/', httpOnly: true, secure: deployed, sameSite: 'strict' } as const;
}
