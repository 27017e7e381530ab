/** Longest path that is gone back to, in characters. */
const longest = 1024;

/**
 * Where to go after signing in: a path of our own, or `/` for anything else (OWASP ASVS 3.7.2).
 *
 * What browsers take for another host is no path: `//host`, `/\\host`, a scheme; nor is what has control characters,
 * which browsers drop before they look.
 */
export function nextPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > longest || !/^\/(?![/\\])[!-~]*$/.test(wanted))
    return '/';
  if (wanted.includes('\\') || !URL.canParse(wanted, ownOrigin)) return '/';
  const { origin, pathname, search, hash } = new URL(wanted, ownOrigin);
  // `/..//host` is normalized to a path that begins with two slashes.
  if (origin !== ownOrigin || pathname.startsWith('//')) return '/';
  return pathname + search + hash;
}

/** The address of the sign-in page that comes back to `path`. */
export function signInPath(path: unknown): string {
  return pathThenTo('/sign-in', path);
}

/** The address of the page where a sign-in shows its second factor, and then goes on to `path`. */
export function secondFactorPath(path: unknown): string {
  return pathThenTo('/second-factor', path);
}

/** The address of the page where somebody shows anew who they are, and then comes back to `path`. */
export function reauthenticatePath(path: unknown): string {
  return pathThenTo('/reauthenticate', path);
}

/**
 * The address of the page that signs in by a mailed code, and then goes on to `path`.
 *
 * @param anew for another address than the one that a code was mailed to just now.
 */
export function emailCodePath(path: unknown, { anew = false } = {}): string {
  const page = pathThenTo('/sign-in/code', path);
  return anew ? `${page}${page.includes('?') ? '&' : '?'}anew=true` : page;
}

function pathThenTo(page: string, path: unknown): string {
  const next = nextPath(path);
  return next === '/' ? page : `${page}?next=${encodeURIComponent(next)}`;
}

const ownOrigin = 'http://own.invalid';
