import { originHeader } from './origin-secret.ts';
import { type About, check, listOf } from './read-variables.ts';

const secretsMessage =
  'comma-separated secrets, newest first, each of at least 16 visible ASCII characters, such as those of: openssl rand -hex 32';

/** What the CDN in front sends, newest first: every one passes. */
export function readOriginSecrets(text: string): readonly string[] {
  const secrets = listOf(text);
  check(secrets.length > 0 && secrets.every((secret) => /^[!-~]{16,}$/.test(secret)), secretsMessage);
  return Object.freeze(secrets);
}

/** Whoever calls writes the beginning of these lists, and every proxy on the way adds to them. */
const lists = new Set(['forwarded', 'x-forwarded-for']);

/** The name of the header, in lower case, in which the CDN in front names the caller. */
export function readClientAddressHeader(text: string, { present }: About): string {
  const name = text.trim().toLowerCase();
  check(
    /^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && name !== originHeader,
    'the name of a header that holds one address, such as CloudFront-Viewer-Address',
  );
  check(!lists.has(name), 'a header that the CDN itself writes whole: callers begin the list of this one');
  check(
    present.ORIGIN_SECRET !== undefined,
    'needs ORIGIN_SECRET: without it anybody could write that header',
  );
  return name;
}
