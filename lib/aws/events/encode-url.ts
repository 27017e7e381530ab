/**
 * Percent-encodes every byte of a text's UTF-8.
 * Unlike `encodeURIComponent` it does not throw on half a surrogate pair, which becomes U+FFFD.
 */
function percentEncoded(text: string): string {
  return Array.from(
    Buffer.from(text, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

/** Gives a path its leading slash where it has none. */
export function withSlash(path: string | undefined): string {
  return path?.startsWith('/') ? path : `/${path ?? ''}`;
}

/**
 * Keeps RFC 3986 path characters and valid escapes, and escapes the rest, a lone `%` included: an odd path ends as
 * a 404.
 */
export function encodePath(path: string): string {
  return path.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu, percentEncoded);
}

/**
 * Escapes what may not stand in a query (RFC 3986, 3.4). What is escaped already stays so, and so does a lone `%`,
 * for the app's parser to take as it is.
 */
export function encodeQuery(query: string): string {
  return query.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]|]/gu, percentEncoded);
}
