import type { RequestHandler } from 'express';
import type { Config } from '../../base/config.ts';
import { isByToken } from './by-token.ts';
import { createSessionTies } from './session-tie.ts';

/**
 * Has a last look at what an answer tells a browser to keep, as its head is written: express-session adds its cookie
 * just then.
 *
 * Who keeps tokens gets no cookie, and is told to forget nothing. To all others the session's cookie comes first, since
 * simple clients take the first one for it.
 */
export function settleCookies(
  config: Pick<Config, 'deployed' | 'cookieName' | 'cookieDomain' | 'sessionSecrets'>,
): RequestHandler {
  const ties = config.cookieDomain === undefined ? undefined : createSessionTies(config);
  const isSession = (line: string) => line.startsWith(`${config.cookieName}=`);

  function inOrder(lines: readonly string[], sessionId: string): string[] {
    const own = lines.filter(isSession);
    const tied = ties ? own.map((line) => ties.lineFor(line, sessionId)) : [];
    return [...own, ...tied, ...lines.filter((line) => !isSession(line))];
  }

  return function settleCookies(req, res, next) {
    const { writeHead } = res;
    res.writeHead = function writeHeadSettled(...args: unknown[]) {
      if (!res.headersSent) {
        const lines = [res.getHeader('Set-Cookie') ?? []].flat().map(String);
        if (isByToken(req)) for (const name of ['Set-Cookie', 'Clear-Site-Data']) res.removeHeader(name);
        else if (lines.length > 0) res.setHeader('Set-Cookie', inOrder(lines, req.sessionID));
      }
      return Reflect.apply(writeHead, res, args);
    } as typeof writeHead;
    next();
  };
}
