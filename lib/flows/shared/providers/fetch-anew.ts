/** What openid-client and jose ask for. */
interface Options {
  readonly method: string;
  readonly headers: Headers | Record<string, string>;
  readonly body?: unknown;
  readonly redirect: 'manual';
  readonly signal?: AbortSignal;
}

/**
 * Fetches over a connection of its own. A provider ends idle ones while an instance sleeps, which sees that only as its
 * next request fails; a code that was sent by such a request may be spent.
 */
export function fetchAnew(url: string, options: Options): Promise<Response> {
  const headers = new Headers(options.headers);
  headers.set('connection', 'close');
  return fetch(url, { ...options, headers } as RequestInit);
}
