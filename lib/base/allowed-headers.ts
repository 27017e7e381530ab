/** What no page can set, whatever a server allows (WHATWG Fetch, "forbidden request-header"). */
const forbidden = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'access-control-request-private-network',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
]);

/**
 * True for the name of a header that a page of another origin may be let send: a token (RFC 9110, 5.1) that browsers
 * do not keep to themselves. `*` is a token too, and means nothing where credentials are sent.
 */
export function mayBeAllowed(name: string): boolean {
  const lower = name.toLowerCase();
  return (
    /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower) &&
    lower !== '*' &&
    !forbidden.has(lower) &&
    !/^(proxy|sec)-/.test(lower)
  );
}
