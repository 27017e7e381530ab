import { parse } from 'cookie';
import { unsign } from 'cookie-signature';
import type { Config } from '../../base/config.ts';
import { bearerIn } from './bearer.ts';
import { timesNamed } from './cookie.ts';

type Signing = Pick<Config, 'cookieName' | 'sessionSecrets'>;

/** Longest Cookie header that is looked into, in characters. */
const cookieHeaderLength = 8192;

/** The id in the session cookie, if one of our secrets signed it; every secret verifies. */
export function signedIdIn(
  header: string | undefined,
  { cookieName, sessionSecrets }: Signing,
): string | undefined {
  if (!header || header.length > cookieHeaderLength || timesNamed(header, cookieName) !== 1) return undefined;
  const value = parse(header)[cookieName];
  if (!value?.startsWith('s:')) return undefined;
  return unsigned(value.slice(2), sessionSecrets);
}

/**
 * The id that a request shows, in its cookie or as a bearer; undefined also where it has both, which say two things.
 */
export function shownIdIn(
  { cookie, authorization }: { cookie?: string | undefined; authorization?: string | undefined },
  config: Signing,
): string | undefined {
  const bearer = bearerIn(authorization);
  if (!bearer) return signedIdIn(cookie, config);
  if (bearer.token === undefined || timesNamed(cookie ?? '', config.cookieName) > 0) return undefined;
  return unsigned(bearer.token, config.sessionSecrets);
}

function unsigned(signed: string, secrets: readonly string[]): string | undefined {
  for (const secret of secrets) {
    const id = unsign(signed, secret);
    if (id !== false) return id;
  }
  return undefined;
}
